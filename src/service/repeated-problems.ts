/**
 * Keeps a log readable when something fails repeatedly: each distinct problem is logged once, and then with its
 * count at growing intervals. Memory is bounded: the problem seen least recently is forgotten first.
 */

/** From the first mention of a problem to its first count; each later interval is twice as long. */
const FIRST_INTERVAL_MS = 60_000;
const LONGEST_INTERVAL_MS = 3_600_000;
/** A problem that did not appear for this long is logged as new. */
const FORGET_AFTER_MS = 2 * LONGEST_INTERVAL_MS;
const MAX_PROBLEMS = 200;

interface Repeated {
  /** Occurrences since it was last logged. */
  count: number;
  intervalMs: number;
  loggedAtMs: number;
  seenAtMs: number;
}

export class RepeatedProblems {
  readonly #now: () => number;
  readonly #known = new Map<string, Repeated>();

  /** @param now Unix milliseconds */
  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** @returns the line to log now; undefined when this problem was logged lately */
  lineFor(problem: string): string | undefined {
    const nowMs = this.#now();
    const known = this.#known.get(problem);
    if (known === undefined || nowMs - known.seenAtMs > FORGET_AFTER_MS) {
      this.#remember(problem, { count: 0, intervalMs: FIRST_INTERVAL_MS, loggedAtMs: nowMs, seenAtMs: nowMs });
      return problem;
    }
    const count = known.count + 1;
    const elapsedMs = nowMs - known.loggedAtMs;
    if (elapsedMs < known.intervalMs) {
      this.#remember(problem, { ...known, count, seenAtMs: nowMs });
      return undefined;
    }
    const intervalMs = Math.min(2 * known.intervalMs, LONGEST_INTERVAL_MS);
    this.#remember(problem, { count: 0, intervalMs, loggedAtMs: nowMs, seenAtMs: nowMs });
    return `${problem} (${count} more times in the last ${Math.round(elapsedMs / 60_000)} min)`;
  }

  /** The problem is over: the next occurrence is logged as new. */
  forget(problem: string): void {
    this.#known.delete(problem);
  }

  /** All problems are over. */
  forgetAll(): void {
    this.#known.clear();
  }

  #remember(problem: string, entry: Repeated): void {
    this.#known.delete(problem);
    this.#known.set(problem, entry);
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= MAX_PROBLEMS) return;
      this.#known.delete(oldest);
    }
  }
}
