/** Limits the number of calls per name in a period; inactive names are removed. */
export interface Limits {
  readonly max: number;
  readonly spanMs: number;
}

/** The most names that are kept: more than real accounts means that somebody invents names. */
const MAX_NAMES = 10_000;

export class Limiter {
  readonly #limits: Limits;
  readonly #times = new Map<string, number[]>();

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** True if the call is allowed; it is then counted. */
  take(name: string, nowMs: number): boolean {
    const recent = (this.#times.get(name) ?? []).filter((at) => nowMs - at < this.#limits.spanMs);
    if (recent.length >= this.#limits.max) return false;
    this.#times.delete(name); // keeps the order by last use
    this.#times.set(name, [...recent, nowMs]);
    for (const first of this.#times.keys()) {
      if (this.#times.size <= MAX_NAMES) break;
      this.#times.delete(first);
    }
    return true;
  }
}
