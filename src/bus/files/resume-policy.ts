/**
 * How both ends of a transfer retry: wait for the connection, or slightly longer each time, and fail when
 * there was no progress for TRANSFER_STALL_MS. Errors that waiting cannot resolve are thrown at once.
 */
import { setTimeout as delay } from "node:timers/promises";
import { TRANSFER_STALL_MS } from "../../schemas/wire/file-transfer.ts";
import { hasCode, McpError } from "../../values/error.ts";
import type { ErrorCode } from "../../values/error-codes.ts";
import type { Connection } from "../connection/connection.ts";

const LASTING: readonly ErrorCode[] = ["E_REFUSED", "E_FILE", "E_INVALID_MESSAGE", "E_INTERRUPTED"];
/** Longest pauses in ms: the first when there is nothing yet, the second after a failure. */
const FIRST_PAUSE_MS = 2;
const LONGEST_POLL_MS = 100;
const LONGEST_PAUSE_MS = 1_000;

export class ResumePolicy {
  readonly #connection: Connection;
  readonly #what: string;
  readonly #signal: AbortSignal;
  #movedMs = performance.now();
  #pauseMs = FIRST_PAUSE_MS;

  /** @param what names the work for the error: "send web/app.toml" */
  constructor(connection: Connection, what: string, signal: AbortSignal) {
    this.#connection = connection;
    this.#what = what;
    this.#signal = signal;
  }

  /** Call it after progress. */
  progressed(): void {
    this.#movedMs = performance.now();
    this.#pauseMs = FIRST_PAUSE_MS;
  }

  /** Call it before waiting for the rest of what is under way. @throws `error` itself if a retry cannot help */
  requireRetryable(error: unknown): void {
    if (LASTING.some((code) => hasCode(error, code))) throw error;
  }

  /** Waits before a retry, or without an error before the next poll. @throws McpError E_TIMEOUT, or `error` itself if a retry cannot help */
  async pause(error?: unknown): Promise<void> {
    this.#signal.throwIfAborted();
    this.requireRetryable(error);
    const leftMs = TRANSFER_STALL_MS - (performance.now() - this.#movedMs);
    if (leftMs <= 0) throw this.#lost(error);
    if (this.#connection.isConnected()) await this.#sleep();
    else await this.#untilConnected(leftMs);
    this.#pauseMs = Math.min(2 * this.#pauseMs, error === undefined ? LONGEST_POLL_MS : LONGEST_PAUSE_MS);
  }

  /** If it is canceled it throws the signal's reason, not the timer's own error. */
  async #sleep(): Promise<void> {
    await delay(this.#pauseMs, undefined, { signal: this.#signal }).catch(() => undefined);
    this.#signal.throwIfAborted();
  }

  async #untilConnected(timeoutMs: number): Promise<void> {
    const over = new AbortController();
    const timer = setTimeout(() => over.abort(), timeoutMs);
    try {
      await this.#connection.whenConnected(AbortSignal.any([this.#signal, over.signal]));
      this.#signal.throwIfAborted();
    } finally {
      clearTimeout(timer);
      over.abort();
    }
  }

  #lost(cause: unknown): McpError {
    const text = `cannot ${this.#what}: no progress for ${TRANSFER_STALL_MS / 1000} s`;
    return new McpError("E_TIMEOUT", text, {
      cause,
      hint: "check the node and the bus with `mcp doctor`, then try again",
    });
  }
}
