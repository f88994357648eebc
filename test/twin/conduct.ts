/**
 * How a twin treats one call: how long it takes, and what goes wrong. A test plans single calls; a simulation draws every
 * call from its seed.
 */

/**
 * An error: nothing happens, and this is the answer. `hangs`: nothing happens, and no answer comes until the deadline or
 * the signal. `ignored`: nothing happens, though the answer is success. `late`: it takes effect, but the answer is an
 * error or never comes.
 */
export type Fault = Error | "hangs" | "ignored" | { readonly late: Error | "hangs" };

export interface Turn {
  /** Milliseconds until the call takes effect; the caller who leaves earlier does not prevent that. */
  readonly beforeMs: number;
  /** Milliseconds from the effect to the answer, which is what was true at the effect. */
  readonly afterMs: number;
  readonly fault?: Fault | undefined;
}

export type Conduct<Verb extends string> = (verb: Verb) => Turn;

/** Answers at once, without faults. */
export const KIND: Turn = { beforeMs: 0, afterMs: 0 };
