/** So many in a span of time for each name; names that were quiet are forgotten. */
export interface Limits {
  readonly max: number;
  readonly spanMs: number;
}

/** More names than people exist here mean that somebody makes them up. */
const MAX_NAMES = 10_000;

export class Limiter {
  readonly #limits: Limits;
  readonly #times = new Map<string, number[]>();

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** True when it may, and then it counts. */
  take(name: string, nowMs: number): boolean {
    const recent = (this.#times.get(name) ?? []).filter((at) => nowMs - at < this.#limits.spanMs);
    if (recent.length >= this.#limits.max) return false;
    this.#times.delete(name); // the one used last stands last
    this.#times.set(name, [...recent, nowMs]);
    for (const first of this.#times.keys()) {
      if (this.#times.size <= MAX_NAMES) break;
      this.#times.delete(first);
    }
    return true;
  }
}
