/**
 * Publishes messages to a stream in order, many in flight. What is not acknowledged is kept, and after any failure sent
 * again from the first such message on (go-back-N): repeats come, gaps never. How many are in flight follows how soon
 * the bus acknowledges: one at first after trouble or while a bucket is full, few on a slow line.
 */
import type { MsgHdrs } from "@nats-io/nats-core";
import type { Patience } from "./file-patience.ts";
import type { Link } from "./link.ts";
import { domainSubject } from "./stored-put.ts";

export interface Piece {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly header: MsgHdrs;
}

/** 8 MiB of chunks: more brought nothing on a fast bus. */
const MAX_WIDTH = 16;
const FIRST_WIDTH = 4;
const SLOW_ACK_MS = 2_000;
/** For one message with others before it in the line. */
const ACK_TIMEOUT_MS = 30_000;

type Outcome = { readonly tookMs: number } | { readonly error: unknown };

interface Waiting {
  readonly piece: Piece;
  /** Absent until it is sent, and again when it is to be repeated. */
  outcome?: Promise<Outcome>;
}

export class Pipeline {
  readonly #link: Link;
  readonly #patience: Patience;
  readonly #signal: AbortSignal;
  #waiting: Waiting[] = [];
  #width = FIRST_WIDTH;

  constructor(link: Link, patience: Patience, signal: AbortSignal) {
    this.#link = link;
    this.#patience = patience;
    this.#signal = signal;
  }

  /** Resolves when every piece is stored. @throws what `pieces` or `patience` throws, the signal's reason */
  async run(pieces: AsyncIterable<Piece>): Promise<void> {
    for await (const piece of pieces) {
      this.#waiting.push({ piece });
      this.#send();
      while (this.#waiting.length >= this.#width) await this.#settleFirst();
    }
    while (this.#waiting.length > 0) await this.#settleFirst();
  }

  #send(): void {
    for (const waiting of this.#waiting.slice(0, this.#width)) waiting.outcome ??= this.#publish(waiting.piece);
  }

  async #publish({ subject, data, header }: Piece): Promise<Outcome> {
    const startedMs = performance.now();
    const to = domainSubject(this.#link, subject);
    const options = { headers: header, timeout: ACK_TIMEOUT_MS };
    try {
      await this.#link.call(`write ${subject}`, ({ js }) => js.publish(to, data, options), ACK_TIMEOUT_MS);
      return { tookMs: performance.now() - startedMs };
    } catch (error) {
      return { error };
    }
  }

  async #settleFirst(): Promise<void> {
    this.#send();
    const outcome = await this.#unlessAborted(this.#waiting[0]?.outcome ?? Promise.resolve({ tookMs: 0 }));
    if ("error" in outcome) return await this.#goBack(outcome.error);
    this.#waiting.shift();
    this.#patience.moved();
    this.#width = outcome.tookMs > SLOW_ACK_MS ? Math.ceil(this.#width / 2) : Math.min(this.#width + 1, MAX_WIDTH);
  }

  async #goBack(error: unknown): Promise<void> {
    await this.#unlessAborted(Promise.all(this.#waiting.map(({ outcome }) => outcome)));
    for (const waiting of this.#waiting) delete waiting.outcome;
    this.#width = 1;
    await this.#patience.pause(error);
  }

  async #unlessAborted<T>(work: Promise<T>): Promise<T> {
    const signal = this.#signal;
    const stop: { aborted?: () => void } = {};
    const aborted = new Promise<never>((_, reject) => {
      stop.aborted = () => reject(signal.reason);
      if (signal.aborted) stop.aborted();
      else signal.addEventListener("abort", stop.aborted, { once: true });
    });
    try {
      return await Promise.race([work, aborted]);
    } finally {
      if (stop.aborted) signal.removeEventListener("abort", stop.aborted);
    }
  }
}
