/** A file being pulled from this node: it is opened, described at once, sent through the bus; its digest comes last. */

import type { FileFacts, PullOrder } from "../../schemas/wire/request.ts";
import { McpError } from "../../values/error.ts";
import type { OutgoingFile } from "./file-access.ts";
import { addressText, type FileAddress } from "./file-address.ts";
import type { FilePorts } from "./file-ports.ts";
import { claimOf } from "./push-transfer.ts";
import { createCancellation, type Transfer } from "./transfers.ts";

export interface SentFile {
  /** The digest of what was sent. */
  readonly sha256: string;
  /** True if the file is longer now than what was sent. */
  readonly grown: boolean;
}

export interface PullTransfer extends Transfer {
  /** @throws McpError why it cannot be sent */
  readonly found: Promise<FileFacts>;
  /** Once the bus has stored the whole file. @throws McpError why it failed */
  readonly sent: Promise<SentFile>;
}

export function startPull(ports: FilePorts, order: PullOrder, author: string): PullTransfer {
  const cancellation = createCancellation(ports.signal);
  const { signal } = cancellation;
  const place = { service: order.service, path: order.path };
  const opening = ports.cleanedUp().then(() => ports.files.send(place));
  const sent = opening.then((sending) => send(ports, { order, author, place, sending, signal }));
  const settled = sent.then(
    () => undefined,
    () => undefined,
  );
  return {
    claim: claimOf(order, author),
    ...cancellation,
    settled,
    found: opening.then(({ file }) => file),
    sent,
  };
}

interface Dispatch {
  readonly order: PullOrder;
  readonly author: string;
  readonly place: FileAddress;
  readonly sending: OutgoingFile;
  readonly signal: AbortSignal;
}

async function send(ports: FilePorts, { order, author, place, sending, signal }: Dispatch): Promise<SentFile> {
  const { transfer } = order;
  const object = { transfer, size: sending.file.size, description: addressText(place) };
  try {
    const sha256 = await ports.bus.write(object, sending.bytes(), signal);
    const grown = await sending.hasGrown();
    await ports.emit("file-pulled", { place, author, ...sending.file, sha256 });
    return { sha256, grown };
  } catch (error) {
    await ports.bus.discard(transfer).catch(ports.warn("cleaning up the file bucket"));
    throw error instanceof McpError
      ? error
      : new McpError("E_FILE", `cannot send ${addressText(place)}`, { cause: error });
  } finally {
    await sending.close();
  }
}
