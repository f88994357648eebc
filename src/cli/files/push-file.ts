/**
 * Pushes one file: when the node is ready, the bytes go through its bucket while the node writes them. Then a commit request
 * with their SHA-256 makes the node rename the file to its final name.
 */
import { randomBytes } from "node:crypto";
import type { OperatorBus } from "../../bus/ports/operator-bus.ts";
import { TRANSFER_LEASE_MS } from "../../schemas/wire/file-transfer.ts";
import type { FileOwner, PushOrder, ReplyBody, StoredFile } from "../../schemas/wire/request.ts";
import { deferred } from "../../values/deferred.ts";
import { hasCode, McpError } from "../../values/error.ts";
import type { NodeName, ServiceName } from "../../values/names.ts";
import { replyError } from "../fleet/reply-error.ts";
import { followTransfer } from "./follow-transfer.ts";
import { type LocalSource, readSource } from "./local-source.ts";

export interface PushJob {
  readonly node: NodeName;
  readonly service: ServiceName;
  readonly path: string;
  readonly source: LocalSource;
  readonly mode: number;
  readonly owner?: FileOwner;
}

export interface PushOptions {
  readonly signal: AbortSignal;
  /** Called with the number of bytes that the node has written. */
  onBytes(received: number): void;
}

export interface PushedFile extends StoredFile {
  /** True if the local file is longer now than what was pushed. */
  readonly grown: boolean;
}

/** @throws McpError the node's error (the file there did not change), E_NODE_UNREACHABLE, E_TIMEOUT, E_FILE */
export async function pushFile(bus: OperatorBus, job: PushJob, options: PushOptions): Promise<PushedFile> {
  const { node, service, path, source } = job;
  const transfer = randomBytes(12).toString("hex");
  const over = new AbortController();
  const signal = AbortSignal.any([options.signal, over.signal]);
  const ready = deferred<void>();
  const onAnswer = (body: ReplyBody) => {
    if (body.verb !== "push") return undefined;
    options.onBytes(body.received);
    ready.resolve();
    return body.stored;
  };
  const state = { grown: false };
  const send = async () => {
    await ready.promise;
    const object = { transfer, size: source.size, description: `${service}/${path}` };
    const sha256 = await bus.files(node).write(
      object,
      readSource(source, () => (state.grown = true)),
      signal,
    );
    await commit(bus, { node, transfer, sha256, signal });
    return sha256;
  };
  const following = followTransfer(bus, { node, order: orderOf(job, transfer), signal, onAnswer });
  following.catch(ready.reject);
  const sending = send();
  try {
    const [stored, sha256] = await Promise.all([following, sending]);
    if (stored.sha256 === sha256) return { ...stored, grown: state.grown };
    throw new McpError("E_FILE", `${node} stored ${service}/${path} with another SHA-256 than the one sent`);
  } catch (error) {
    over.abort(error);
    // Both must have ended, so that nothing is written to the bus after the cleanup.
    await Promise.allSettled([following, sending]);
    await discard(bus, node, transfer);
    throw error;
  }
}

/** Without a connection nothing is done: the object expires. */
async function discard(bus: OperatorBus, node: NodeName, transfer: string): Promise<void> {
  await bus
    .files(node)
    .discard(transfer)
    .catch(() => undefined);
}

function orderOf({ service, path, source, mode, owner }: PushJob, transfer: string): PushOrder {
  const { size } = source;
  return { verb: "push", transfer, service, path, size, mode, ...(owner === undefined ? {} : { owner }) };
}

interface Commitment {
  readonly node: NodeName;
  readonly transfer: string;
  readonly sha256: string;
  readonly signal: AbortSignal;
}

const COMMIT_IDLE_MS = 3_000;

/** Repeats the request until the node answers; a second commit does nothing. @throws McpError the node's error */
async function commit(bus: OperatorBus, { node, transfer, sha256, signal }: Commitment): Promise<void> {
  const body = { verb: "commit", transfer, sha256 } as const;
  for (const endMs = performance.now() + TRANSFER_LEASE_MS; performance.now() < endMs; ) {
    signal.throwIfAborted();
    try {
      for await (const reply of bus.ask(body, { nodes: [node], idleMs: COMMIT_IDLE_MS, signal })) {
        if (reply.error !== undefined) throw replyError(node, reply.error);
        if (reply.last) return;
      }
    } catch (error) {
      if (!hasCode(error, "E_BUS_UNREACHABLE")) throw error;
      await bus.files(node).connected(signal);
    }
  }
  throw new McpError("E_NODE_UNREACHABLE", `no answer from ${node}: the file there did not change`);
}
