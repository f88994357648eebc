/**
 * Splits a file into numbered chunks and restores their order. After a lost connection the writer sends unacknowledged chunks
 * again, so a reader may see chunks twice or too early: it accepts only the next one.
 */
import { headers, type MsgHdrs } from "@nats-io/nats-core";
import { FILE_CHUNK_BYTES } from "../../schemas/wire/buckets.ts";
import { McpError } from "../../values/error.ts";

const INDEX_HEADER = "Mcp-Chunk";

export interface Chunk {
  /** From 0. */
  readonly index: number;
  readonly data: Uint8Array;
}

export function chunkHeaders(index: number): MsgHdrs {
  const header = headers();
  header.set(INDEX_HEADER, String(index));
  return header;
}

/** Chunks of FILE_CHUNK_BYTES, the last one shorter. @throws McpError E_FILE if the source ends before `size` */
export async function* splitIntoChunks(source: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Chunk> {
  const state = { index: 0, left: size, parts: [] as Uint8Array[], held: 0 };
  const take = (): Chunk => {
    const data = state.parts.length === 1 ? state.parts[0] : Buffer.concat(state.parts);
    state.parts = [];
    state.held = 0;
    state.index += 1;
    return { index: state.index - 1, data: data ?? new Uint8Array() };
  };
  for await (const piece of source) {
    for (let from = 0; from < piece.length && state.left > 0; ) {
      const part = piece.subarray(from, from + Math.min(FILE_CHUNK_BYTES - state.held, state.left));
      from += part.length;
      state.left -= part.length;
      state.held += part.length;
      state.parts.push(part);
      if (state.held === FILE_CHUNK_BYTES) yield take();
    }
    if (state.left === 0) break;
  }
  if (state.left > 0) throw new McpError("E_FILE", `the file became ${state.left} bytes shorter while it was read`);
  if (state.held > 0) yield take();
}

/** Accepts messages of one object and returns the bytes of each chunk once, in order. */
export class ChunkOrder {
  readonly #size: number;
  #next = 0;
  #received = 0;

  constructor(size: number) {
    this.#size = size;
  }

  get isComplete(): boolean {
    return this.#received === this.#size;
  }

  /** Undefined for a chunk that is not the next one. @throws McpError E_INVALID_MESSAGE for one of a wrong length */
  take(header: MsgHdrs | undefined, data: Uint8Array): Uint8Array | undefined {
    if (header?.get(INDEX_HEADER) !== String(this.#next)) return undefined;
    const wanted = Math.min(FILE_CHUNK_BYTES, this.#size - this.#received);
    if (data.length !== wanted) {
      throw new McpError("E_INVALID_MESSAGE", `chunk ${this.#next} has ${data.length} bytes instead of ${wanted}`);
    }
    this.#next += 1;
    this.#received += data.length;
    return data;
  }
}
