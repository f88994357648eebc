/**
 * A file being pushed to this node: it is checked, received while it is sent, compared with the operator's
 * digest, moved into place, reported as an event, removed from the bus. A failure leaves the target unchanged.
 */

import { createHash } from "node:crypto";
import { isSha256 } from "../../schemas/wire/file-transfer.ts";
import type { PushOrder, StoredFile } from "../../schemas/wire/request.ts";
import { deferred } from "../../values/deferred.ts";
import { McpError } from "../../values/error.ts";
import type { ServiceName } from "../../values/names.ts";
import type { IncomingFile } from "./file-access.ts";
import { addressText, type FileAddress } from "./file-address.ts";
import type { FilePorts } from "./file-ports.ts";
import { createCancellation, type Transfer } from "./transfers.ts";

export interface PushTransfer extends Transfer {
  readonly service: ServiceName;
  /** Bytes written so far. */
  received(): number;
  /** Resolves when the operator may send chunks. @throws McpError why not */
  readonly ready: Promise<void>;
  /** @throws McpError why it failed */
  readonly stored: Promise<StoredFile>;
  commit(sha256: string): void;
}

export function startPush(ports: FilePorts, order: PushOrder, author: string): PushTransfer {
  const cancellation = createCancellation(ports.signal);
  const { signal } = cancellation;
  const state = { received: 0 };
  const committed = deferred<string>();
  signal.addEventListener("abort", () => committed.reject(signal.reason), { once: true });
  const opening = open(ports, order);
  const stored = opening.then((receiving) =>
    receive(ports, order, {
      receiving,
      author,
      signal,
      committed: committed.promise,
      onBytes: (count) => {
        state.received += count;
      },
    }),
  );
  const settled = stored.then(
    () => undefined,
    () => undefined,
  );
  return {
    service: order.service,
    claim: claimOf(order, author),
    ...cancellation,
    settled,
    received: () => state.received,
    ready: opening.then(() => undefined),
    stored,
    commit: committed.resolve,
  };
}

/** Two requests with the same claim mean the same transfer. */
export const claimOf = ({ verb, service, path }: { verb: string; service: string; path: string }, author: string) =>
  JSON.stringify([verb, service, path, author]);

const placeOf = ({ service, path }: PushOrder): FileAddress => ({ service, path });

async function open(ports: FilePorts, order: PushOrder): Promise<IncomingFile> {
  const { transfer, size, mode, owner } = order;
  const place = placeOf(order);
  if (size > ports.maxFileBytes) {
    const text = `${addressText(place)}: ${size} bytes exceed the limit of this node (${ports.maxFileBytes})`;
    throw new McpError("E_FILE", text, { hint: "raise `max_size` under `[files]` in the node's agent.toml" });
  }
  if (!Number.isSafeInteger(size) || size < 0 || !Number.isInteger(mode) || mode < 0 || mode > 0o777) {
    throw new McpError("E_INVALID_MESSAGE", `${addressText(place)}: invalid size or mode`);
  }
  await ports.cleanedUp();
  await ports.journal.add({ transfer, place });
  try {
    return await ports.files.receive({ place, transfer, size, mode, ...(owner === undefined ? {} : { owner }) });
  } catch (error) {
    await ports.journal.clear(transfer);
    throw error;
  }
}

interface Reception {
  readonly receiving: IncomingFile;
  readonly author: string;
  readonly signal: AbortSignal;
  readonly committed: Promise<string>;
  onBytes(count: number): void;
}

async function receive(ports: FilePorts, order: PushOrder, reception: Reception): Promise<StoredFile> {
  const { receiving, author } = reception;
  try {
    const sha256 = await takeBytes(ports, order, reception);
    const wanted = await reception.committed;
    if (sha256 !== wanted) throw corrupted(order, { sha256, wanted });
    const { replaced } = await receiving.commit();
    const stored = { path: order.path, size: order.size, mode: order.mode, sha256, replaced };
    await ports.emit("file-pushed", { place: placeOf(order), author, ...stored });
    return stored;
  } finally {
    await receiving.discard();
    await ports.journal.clear(order.transfer);
    await ports.bus.discard(order.transfer).catch(ports.warn("cleaning up the file bucket"));
  }
}

async function takeBytes(
  ports: FilePorts,
  order: PushOrder,
  { receiving, signal, onBytes }: Reception,
): Promise<string> {
  const { transfer, size } = order;
  const hash = createHash("sha256");
  const object = { transfer, size, description: addressText(placeOf(order)) };
  for await (const data of ports.bus.read(object, signal)) {
    hash.update(data);
    await receiving.write(data);
    onBytes(data.length);
  }
  return hash.digest("hex");
}

function corrupted(order: PushOrder, { sha256, wanted }: { sha256: string; wanted: string }): McpError {
  if (!isSha256(wanted)) return new McpError("E_INVALID_MESSAGE", "invalid digest");
  const text = `${addressText(placeOf(order))} was damaged on the way: SHA-256 is ${sha256}, expected ${wanted}`;
  return new McpError("E_FILE", text, { hint: "the file on the node is unchanged; push it again" });
}
