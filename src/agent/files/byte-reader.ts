/** Reads lines and blocks of bytes from one stream: the framing between the agent and its file helper. */
import { McpError } from "../../values/error.ts";

/** A line is a small JSON document. */
const MAX_LINE_BYTES = 64 * 1024 * 1024;
const NEWLINE = 10;

export class ByteReader {
  readonly #source: AsyncIterator<Uint8Array>;
  #held: Uint8Array = new Uint8Array();

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** The next line without its end; undefined when the stream ends before one. @throws McpError E_INVALID_MESSAGE */
  async line(): Promise<string | undefined> {
    const parts: Uint8Array[] = [];
    for (let length = 0; length <= MAX_LINE_BYTES; ) {
      const piece = await this.#piece();
      if (piece === undefined) return undefined;
      const end = piece.indexOf(NEWLINE);
      parts.push(end === -1 ? piece : piece.subarray(0, end));
      if (end !== -1) {
        this.#held = piece.subarray(end + 1);
        return Buffer.concat(parts).toString("utf8");
      }
      length += piece.length;
    }
    throw new McpError("E_INVALID_MESSAGE", "the file helper sent a line that is too long");
  }

  /** Exactly this many bytes, as they arrive; fewer when the stream ends. */
  async *bytes(count: number): AsyncGenerator<Uint8Array> {
    for (let left = count; left > 0; ) {
      const piece = await this.#piece();
      if (piece === undefined) return;
      const taken = piece.subarray(0, left);
      this.#held = piece.subarray(taken.length);
      left -= taken.length;
      yield taken;
    }
  }

  async #piece(): Promise<Uint8Array | undefined> {
    if (this.#held.length > 0) {
      const piece = this.#held;
      this.#held = new Uint8Array();
      return piece;
    }
    const { done, value } = await this.#source.next();
    return done ? undefined : value;
  }
}
