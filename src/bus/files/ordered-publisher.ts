/**
 * Publishes messages to a stream in order, many in flight. What is not acknowledged is kept, and after any failure sent
 * again from the first such message on (go-back-N): repeats come, gaps never. How many are in flight follows how soon
 * the bus acknowledges: one at first after trouble or while a bucket is full, few on a slow line.
 */
import { type ApiError, JetStreamApiError } from "@nats-io/jetstream";
import type { Msg } from "@nats-io/nats-core";
import type { McpError } from "../../values/error.ts";
import { busError } from "../connection/nats-errors.ts";
import type { PipelineRequest, RequestPipeline } from "./request-pipeline.ts";
import type { RetryPolicy } from "./transfer-retry.ts";

export type ChunkMessage = PipelineRequest;

/** 4.4 MiB of chunks: more brought nothing on a fast bus and cost memory; a line of 50 ms still carries 90 MB/s. */
const MAX_WIDTH = 5;
const FIRST_WIDTH = 2;
const SLOW_ACK_MS = 2_000;
/** For one acknowledgement, with other messages before it in the line. */
export const ACK_TIMEOUT_MS = 30_000;

type Outcome = { readonly tookMs: number } | { readonly error: unknown };

interface Waiting {
  readonly piece: ChunkMessage;
  /** Absent until it is sent, and again when it is to be repeated. */
  outcome?: Promise<Outcome>;
}

export class OrderedPublisher {
  readonly #line: RequestPipeline;
  readonly #patience: RetryPolicy;
  #waiting: Waiting[] = [];
  #width = FIRST_WIDTH;

  constructor(line: RequestPipeline, patience: RetryPolicy) {
    this.#line = line;
    this.#patience = patience;
  }

  /** Resolves when every piece is stored. @throws what `pieces` or `patience` throws */
  async run(pieces: AsyncIterable<ChunkMessage>): Promise<void> {
    for await (const piece of pieces) {
      this.#waiting.push({ piece });
      this.#send();
      while (this.#waiting.length >= this.#width) await this.#settleFirst();
    }
    while (this.#waiting.length > 0) await this.#settleFirst();
  }

  #send(): void {
    for (let index = 0; index < this.#width; index++) {
      const waiting = this.#waiting[index];
      if (waiting !== undefined) waiting.outcome ??= this.#publish(waiting.piece);
    }
  }

  async #publish(piece: ChunkMessage): Promise<Outcome> {
    const startedMs = performance.now();
    const answer = await this.#line.request(piece);
    const error = "error" in answer ? answer.error : ackError(answer.message);
    return error === undefined ? { tookMs: performance.now() - startedMs } : { error };
  }

  async #settleFirst(): Promise<void> {
    this.#send();
    const outcome = await this.#waiting[0]?.outcome;
    if (outcome === undefined) return;
    if ("error" in outcome) return await this.#goBack(outcome.error);
    this.#waiting.shift();
    this.#patience.progressed();
    this.#width = outcome.tookMs > SLOW_ACK_MS ? Math.ceil(this.#width / 2) : Math.min(this.#width + 1, MAX_WIDTH);
  }

  /** Of what is refused only the first piece hears so at once; the others would hear nothing until their time is up. */
  async #goBack(error: unknown): Promise<void> {
    this.#patience.requireRetryable(error);
    await Promise.all(this.#waiting.map(({ outcome }) => outcome));
    for (const waiting of this.#waiting) delete waiting.outcome;
    this.#width = 1;
    await this.#patience.pause(error);
  }
}

/** Why the stream did not store a message; undefined when it did. */
function ackError(message: Msg): McpError | undefined {
  const { error } = JSON.parse(message.string()) as { error?: ApiError };
  return error && busError("write to a file bucket", new JetStreamApiError(error));
}
