/**
 * Publishes messages to a stream in order, many in flight. Unacknowledged messages are kept, and after any failure sent
 * again from the first one on (go-back-N): there may be repeats, never gaps. The number in flight depends on how fast
 * the bus acknowledges: one after an error or while a bucket is full, few on a slow connection.
 */
import { type ApiError, JetStreamApiError } from "@nats-io/jetstream";
import type { Msg } from "@nats-io/nats-core";
import type { McpError } from "../../values/error.ts";
import { busError } from "../connection/nats-errors.ts";
import type { PipelineRequest, RequestPipeline } from "./request-pipeline.ts";
import type { ResumePolicy } from "./resume-policy.ts";

export type ChunkMessage = PipelineRequest;

/** 4.4 MiB of chunks: more is not faster and costs memory; a connection with 50 ms latency still carries 90 MB/s. */
const MAX_WIDTH = 5;
const FIRST_WIDTH = 2;
const SLOW_ACK_MS = 2_000;
/** Timeout of one acknowledgement, with other messages queued before it. */
export const ACK_TIMEOUT_MS = 30_000;

type Outcome = { readonly tookMs: number } | { readonly error: unknown };

interface Waiting {
  readonly piece: ChunkMessage;
  /** Absent until it is sent, and when it must be sent again. */
  outcome?: Promise<Outcome>;
}

export class OrderedPublisher {
  readonly #pipeline: RequestPipeline;
  readonly #retry: ResumePolicy;
  #waiting: Waiting[] = [];
  #width = FIRST_WIDTH;

  constructor(pipeline: RequestPipeline, retry: ResumePolicy) {
    this.#pipeline = pipeline;
    this.#retry = retry;
  }

  /** Resolves when every piece is stored. @throws what `pieces` or `retry` throws */
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
    const answer = await this.#pipeline.request(piece);
    const error = "error" in answer ? answer.error : ackError(answer.message);
    return error === undefined ? { tookMs: performance.now() - startedMs } : { error };
  }

  async #settleFirst(): Promise<void> {
    this.#send();
    const outcome = await this.#waiting[0]?.outcome;
    if (outcome === undefined) return;
    if ("error" in outcome) return await this.#goBack(outcome.error);
    this.#waiting.shift();
    this.#retry.progressed();
    this.#width = outcome.tookMs > SLOW_ACK_MS ? Math.ceil(this.#width / 2) : Math.min(this.#width + 1, MAX_WIDTH);
  }

  /** The server reports a refusal at once only for the first piece; the others would wait for their timeout. */
  async #goBack(error: unknown): Promise<void> {
    this.#retry.requireRetryable(error);
    await Promise.all(this.#waiting.map(({ outcome }) => outcome));
    for (const waiting of this.#waiting) delete waiting.outcome;
    this.#width = 1;
    await this.#retry.pause(error);
  }
}

/** Why the stream did not store a message; undefined when it did. */
function ackError(message: Msg): McpError | undefined {
  const { error } = JSON.parse(message.string()) as { error?: ApiError };
  return error && busError("write to a file bucket", new JetStreamApiError(error));
}
