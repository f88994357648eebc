/**
 * Reads one object with a node's permissions: by direct gets of "the next message of this subject from this sequence", since a
 * node has no consumers. Several gets are sent ahead, assuming that chunks are consecutive in the stream; a wrong
 * guess (two transfers at once) only returns a chunk that is known already.
 */
import type { Msg } from "@nats-io/nats-core";
import { McpError } from "../../values/error.ts";
import type { NodeName } from "../../values/names.ts";
import { CALL_TIMEOUT_MS, type Connection } from "../connection/connection.ts";
import { apiSubject } from "../kv/publish-with-ack.ts";
import type { FileObject } from "../ports/file-transfers.ts";
import { subjectsOf } from "./file-bucket.ts";
import { ChunkOrder } from "./file-chunks.ts";
import { Purger } from "./purger.ts";
import { RequestPipeline } from "./request-pipeline.ts";
import { ResumePolicy } from "./resume-policy.ts";

/** 2.6 MiB ahead. */
const MAX_AHEAD = 3;
const NOT_FOUND = 404;

type Answer = { readonly message: Msg | null } | { readonly error: unknown };

export interface ObjectRead {
  readonly node: NodeName;
  readonly object: FileObject;
  readonly signal: AbortSignal;
}

/** Implements `FileBucket.read`. */
export async function* readByGets(
  connection: Connection,
  { node, object, signal }: ObjectRead,
): AsyncGenerator<Uint8Array> {
  const { stream, chunks } = subjectsOf(node, object.transfer);
  const order = new ChunkOrder(object.size);
  const retry = new ResumePolicy(connection, `receive ${object.description}`, signal);
  const purger = new Purger(connection, { stream, filter: chunks });
  const pipeline = new RequestPipeline(connection, { what: `read ${stream}`, timeoutMs: CALL_TIMEOUT_MS, signal });
  const gets = new PrefetchedGets((sequence) =>
    get(pipeline, apiSubject(connection, `DIRECT.GET.${stream}`), { sequence, chunks }),
  );
  try {
    while (!order.isComplete) {
      signal.throwIfAborted();
      const answer = await gets.next();
      const message = "error" in answer ? null : answer.message;
      if (message === null) {
        await gets.rest();
        await retry.pause("error" in answer ? answer.error : undefined);
        continue;
      }
      const sequence = Number(message.headers?.get("Nats-Sequence"));
      const data = gets.took(sequence) ? order.take(message.headers, message.data) : undefined;
      if (data === undefined) continue;
      retry.progressed();
      yield data;
      purger.take(sequence, data.length);
    }
  } finally {
    pipeline.close();
    purger.end();
  }
}

/** The next chunk at or after this sequence; null when there is none yet. */
async function get(
  pipeline: RequestPipeline,
  subject: string,
  from: { sequence: number; chunks: string },
): Promise<Answer> {
  const query = { seq: from.sequence, next_by_subj: from.chunks };
  const answer = await pipeline.request({ subject, data: Buffer.from(JSON.stringify(query)) });
  if ("error" in answer) return answer;
  const status = answer.message.headers?.code ?? 0;
  if (status === 0) return answer;
  if (status === NOT_FOUND) return { message: null };
  return { error: new McpError("E_BUS", `the bus answered with ${status} when a chunk was read`) };
}

/** Gets under way, ordered by sequence. Their number starts at one, grows with each success, and is one after a miss. */
class PrefetchedGets {
  readonly #get: (sequence: number) => Promise<Answer>;
  #underWay: Promise<Answer>[] = [];
  #ahead = 1;
  /** The next sequence to request, and the lowest one that is not known yet. */
  #ask = 1;
  #unknown = 1;

  constructor(get: (sequence: number) => Promise<Answer>) {
    this.#get = get;
  }

  next(): Promise<Answer> {
    while (this.#underWay.length < this.#ahead) {
      this.#underWay.push(this.#get(this.#ask));
      this.#ask += 1;
    }
    return this.#underWay.shift() ?? this.#get(this.#unknown);
  }

  /** False for a message that was received before. */
  took(sequence: number): boolean {
    if (sequence < this.#unknown) return false;
    this.#unknown = sequence + 1;
    this.#ask = Math.max(this.#ask, this.#unknown);
    this.#ahead = Math.min(this.#ahead + 1, MAX_AHEAD);
    return true;
  }

  /** Drops the gets under way: after a miss, a later get may have seen a message that an earlier one missed. */
  async rest(): Promise<void> {
    await Promise.all(this.#underWay);
    this.#underWay = [];
    this.#ask = this.#unknown;
    this.#ahead = 1;
  }
}
