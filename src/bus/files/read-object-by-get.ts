/**
 * Reads one object as a node may: by direct gets of `the next message of this subject from this sequence on`, since a
 * node has no consumers. Several are asked for ahead, guessing that chunks follow one another in the stream; a wrong
 * guess (two transfers at once) answers with a chunk that is known already, and costs no more than that.
 */
import type { Msg } from "@nats-io/nats-core";
import { McpError } from "../../values/error.ts";
import type { NodeName } from "../../values/names.ts";
import { CALL_TIMEOUT_MS, type Connection } from "../connection/connection.ts";
import { apiSubject } from "../kv/publish-with-ack.ts";
import type { FileObject } from "../ports/file-transfers.ts";
import { subjectsOf } from "./file-bucket.ts";
import { ChunkOrder } from "./file-chunks.ts";
import { Purger } from "./file-purger.ts";
import { RequestPipeline } from "./request-pipeline.ts";
import { RetryPolicy } from "./transfer-retry.ts";

/** 2.6 MiB ahead. */
const MAX_AHEAD = 3;
const NOT_FOUND = 404;

type Answer = { readonly message: Msg | null } | { readonly error: unknown };

export interface ObjectRead {
  readonly node: NodeName;
  readonly object: FileObject;
  readonly signal: AbortSignal;
}

/** As `FileBucket.read`. */
export async function* readByGets(link: Connection, { node, object, signal }: ObjectRead): AsyncGenerator<Uint8Array> {
  const { stream, chunks } = subjectsOf(node, object.transfer);
  const order = new ChunkOrder(object.size);
  const patience = new RetryPolicy(link, `receive ${object.description}`, signal);
  const purger = new Purger(link, { stream, filter: chunks });
  const line = new RequestPipeline(link, { what: `read ${stream}`, timeoutMs: CALL_TIMEOUT_MS, signal });
  const gets = new PrefetchedGets((sequence) =>
    get(line, apiSubject(link, `DIRECT.GET.${stream}`), { sequence, chunks }),
  );
  try {
    while (!order.isComplete) {
      signal.throwIfAborted();
      const answer = await gets.next();
      const message = "error" in answer ? null : answer.message;
      if (message === null) {
        await gets.rest();
        await patience.pause("error" in answer ? answer.error : undefined);
        continue;
      }
      const sequence = Number(message.headers?.get("Nats-Sequence"));
      const data = gets.took(sequence) ? order.take(message.headers, message.data) : undefined;
      if (data === undefined) continue;
      patience.progressed();
      yield data;
      purger.take(sequence, data.length);
    }
  } finally {
    line.close();
    purger.end();
  }
}

/** The next chunk from this sequence on; null when there is none yet. */
async function get(
  line: RequestPipeline,
  subject: string,
  from: { sequence: number; chunks: string },
): Promise<Answer> {
  const query = { seq: from.sequence, next_by_subj: from.chunks };
  const answer = await line.request({ subject, data: Buffer.from(JSON.stringify(query)) });
  if ("error" in answer) return answer;
  const status = answer.message.headers?.code ?? 0;
  if (status === 0) return answer;
  if (status === NOT_FOUND) return { message: null };
  return { error: new McpError("E_BUS", `the bus answered with ${status} when a chunk was read`) };
}

/** Gets under way, in the order of their sequences. None at first, one more after each success, one after a miss. */
class PrefetchedGets {
  readonly #get: (sequence: number) => Promise<Answer>;
  #underWay: Promise<Answer>[] = [];
  #ahead = 1;
  /** The next sequence to ask for, and the lowest one that is not known yet. */
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

  /** False for a message that came before. */
  took(sequence: number): boolean {
    if (sequence < this.#unknown) return false;
    this.#unknown = sequence + 1;
    this.#ask = Math.max(this.#ask, this.#unknown);
    this.#ahead = Math.min(this.#ahead + 1, MAX_AHEAD);
    return true;
  }

  /** Drops what is under way: after a miss, a later get may have seen what an earlier one has not. */
  async rest(): Promise<void> {
    await Promise.all(this.#underWay);
    this.#underWay = [];
    this.#ask = this.#unknown;
    this.#ahead = 1;
  }
}
