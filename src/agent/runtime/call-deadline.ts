/**
 * The deadline of one call. It ends the call when nothing happened for `limitMs` or when the caller's signal aborts,
 * and then says which of the two it was. Its owner must call `end()`, which removes its listener from the signal.
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

  /** @param what names the call in the error: "podman start". @param limitMs 0 means that only the signal ends it. */
  constructor(what: string, limitMs: number, outer: AbortSignal) {
    outer.throwIfAborted();
    this.#what = what;
    this.#limitMs = limitMs;
    this.#outer = outer;
    // One listener per call under way, each removed by `end`: no leak, so Node must not warn of one.
    setMaxListeners(0, outer);
    outer.addEventListener("abort", this.#onAbort, { once: true });
    this.touch();
  }

  /** Aborts when the limit has passed or the caller's signal aborts. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Restarts the limit, because something arrived. */
  touch(): void {
    this.pause();
    if (this.#limitMs > 0) this.#timer = setTimeout(() => this.#controller.abort(this.#expired()), this.#limitMs);
  }

  /** Pauses the limit while the call does not wait for the other side. */
  pause(): void {
    clearTimeout(this.#timer);
  }

  end(): void {
    this.pause();
    this.#outer.removeEventListener("abort", this.#onAbort);
  }

  /** The real cause of a failure within the call: the caller's abort, this limit, or the failure itself. */
  reasonOf(failure: unknown): unknown {
    return this.signal.aborted ? this.signal.reason : failure;
  }

  #expired(): McpError {
    return new McpError("E_RUNTIME_TIMEOUT", `${this.#what}: no answer within ${this.#limitMs} ms`);
  }
}
