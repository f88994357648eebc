/**
 * The abort of something short within something longer: aborts with the longer one's signal, or by itself, and lets go
 * of that signal when told to. `AbortSignal.any` does the same but on Node 20 keeps every such signal
 * that somebody listens to for as long as the longer one lives: 1.3 to 2.8 kB each, measured on 20.20.
 */
import { setMaxListeners } from "node:events";

/** Made once: an abort that makes its own costs more than all else about it, and says nothing more. */
const ABORTED = new DOMException("This operation was aborted", "AbortError");

export class ChildController extends AbortController {
  readonly #outer: AbortSignal;
  readonly #follow = () => this.abort(this.#outer.reason);

  constructor(outer: AbortSignal) {
    super();
    this.#outer = outer;
    // As many listeners as there are children, each taken off at its end: no leak, so no warning of one.
    setMaxListeners(0, outer);
    if (outer.aborted) this.#follow();
    else outer.addEventListener("abort", this.#follow);
  }

  override abort(reason: unknown = ABORTED): void {
    this.detach();
    super.abort(reason);
  }

  /** To be called when it is over without an abort; the longer one's abort is then no longer passed on. */
  detach(): void {
    this.#outer.removeEventListener("abort", this.#follow);
  }
}
