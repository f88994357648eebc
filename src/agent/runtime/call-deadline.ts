/**
 * The time limit of one call. It ends the call when nothing happened for `limitMs` or when the caller's signal aborts,
 * and afterwards tells which of the two it was. Its owner must `end()` it, which takes its listener off the signal.
 */
import { setMaxListeners } from "node:events";
import { McpError } from "../../values/error.ts";

export class CallDeadline {
  readonly #controller = new AbortController();
  readonly #outer: AbortSignal;
  readonly #limitMs: number;
  readonly #what: string;
  readonly #onAbort = () => this.#controller.abort(this.#outer.reason);
  #timer: NodeJS.Timeout | undefined;

  /** `what` names the call in the error: "podman start". `limitMs` 0 means that only the signal ends it. */
  constructor(what: string, limitMs: number, outer: AbortSignal) {
    outer.throwIfAborted();
    this.#what = what;
    this.#limitMs = limitMs;
    this.#outer = outer;
    // As many listeners as calls are under way, each taken off by `end`: no leak, so no warning of one.
    setMaxListeners(0, outer);
    outer.addEventListener("abort", this.#onAbort, { once: true });
    this.touch();
  }

  /** Aborted when the limit passed or the caller's signal did. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Starts the limit afresh: something arrived. */
  touch(): void {
    this.pause();
    if (this.#limitMs > 0) this.#timer = setTimeout(() => this.#controller.abort(this.#expired()), this.#limitMs);
  }

  /** Stops the clock while it is not the other side that is waited for. */
  pause(): void {
    clearTimeout(this.#timer);
  }

  end(): void {
    this.pause();
    this.#outer.removeEventListener("abort", this.#onAbort);
  }

  /** What a failure within the call really was: the caller's abort, this limit, or the failure itself. */
  reasonOf(failure: unknown): unknown {
    return this.signal.aborted ? this.signal.reason : failure;
  }

  #expired(): McpError {
    return new McpError("E_RUNTIME_TIMEOUT", `${this.#what}: no answer within ${this.#limitMs} ms`);
  }
}
