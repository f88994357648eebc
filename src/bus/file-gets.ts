/**
 * Reads one object as a node may: by direct gets of `the next message of this subject from this sequence on`, since a
 * node has no consumers. Several are asked for ahead, guessing that chunks follow one another in the stream; a wrong
 * guess (two transfers at once) answers with a chunk that is known already, and costs no more than that.
 */
import type { StoredMsg } from "@nats-io/jetstream";
import type { NodeName } from "../schemas/names.ts";
import { BufferGarbage } from "./buffer-garbage.ts";
import { type FileObject, subjectsOf } from "./file-bucket.ts";
import { ChunkOrder } from "./file-chunks.ts";
import { Patience } from "./file-patience.ts";
import { Purger } from "./file-purger.ts";
import type { Link } from "./link.ts";

/** 3 MiB ahead. */
const MAX_AHEAD = 6;

type Answer = { readonly message: StoredMsg | null } | { readonly error: unknown };

export interface ObjectRead {
  readonly node: NodeName;
  readonly object: FileObject;
  readonly signal: AbortSignal;
}

/** As `FileBucket.read`. */
export async function* readByGets(link: Link, { node, object, signal }: ObjectRead): AsyncGenerator<Uint8Array> {
  const { stream, chunks } = subjectsOf(node, object.transfer);
  const order = new ChunkOrder(object.size);
  const patience = new Patience(link, `receive ${object.description}`, signal);
  const garbage = new BufferGarbage();
  const purger = new Purger(link, { stream, filter: chunks });
  const gets = new GetsAhead((sequence) => get(link, stream, { seq: sequence, next_by_subj: chunks }));
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
      const data = gets.took(message.seq) ? order.take(message.header, message.data) : undefined;
      if (data === undefined) continue;
      patience.moved();
      yield data;
      purger.take(message.seq, data.length);
      garbage.add(data.length);
    }
  } finally {
    purger.end();
  }
}

async function get(link: Link, stream: string, query: { seq: number; next_by_subj: string }): Promise<Answer> {
  try {
    return { message: await link.call(`read ${stream}`, ({ jsm }) => jsm.direct.getMessage(stream, query)) };
  } catch (error) {
    return { error };
  }
}

/** Gets under way, in the order of their sequences. None at first, one more after each success, one after a miss. */
class GetsAhead {
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
