/**
 * Limits how many passes run in parallel. A pass that only waits (for a pull, a stop, or a container to come up)
 * releases its slot, so that slow services do not delay others.
 */

/** A pass holds one while it works. */
export interface Slot {
  /** Waits for `work` without holding the slot, and takes a slot again afterwards. */
  releaseWhile<T>(work: () => Promise<T>): Promise<T>;
}

export class ConcurrencySlots {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(slots: number) {
    this.#free = slots;
  }

  /** Runs `work` as soon as a slot is free. */
  async run<T>(work: (slot: Slot) => Promise<T>): Promise<T> {
    await this.#enter();
    try {
      return await work(this.#slot());
    } finally {
      this.#leave();
    }
  }

  /** Components run in parallel: the slot is released while at least one of them waits. */
  #slot(): Slot {
    const state = { away: 0 };
    return {
      releaseWhile: async (work) => {
        state.away += 1;
        if (state.away === 1) this.#leave();
        try {
          return await work();
        } finally {
          state.away -= 1;
          if (state.away === 0) await this.#enter();
        }
      },
    };
  }

  async #enter(): Promise<void> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free += 1;
    else next();
  }
}
