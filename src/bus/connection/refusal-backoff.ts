/**
 * The pause before the next attempt to connect. An unreachable server is tried every 1 to 2 s, with jitter, so that
 * thousands of nodes do not reconnect at the same moment. If a server refuses the credentials, the pause doubles up to one
 * minute: only new credentials help, and they are read at each attempt.
 */

const WAIT_MS = 1_000;
const JITTER_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;

export class RefusalBackoff {
  readonly #random: () => number;
  #refusals = 0;
  #lastRefused = false;

  /** @param random 0 ≤ n < 1 */
  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /** An attempt begins. After one that failed for another reason, refusals count from zero again. */
  attempt(): void {
    if (!this.#lastRefused) this.#refusals = 0;
    this.#lastRefused = false;
  }

  /** The server refused the credentials of this attempt. */
  refused(): void {
    if (!this.#lastRefused) this.#refusals += 1;
    this.#lastRefused = true;
  }

  /** Milliseconds from one attempt to the next. */
  readonly waitMs = (): number => {
    const jitterMs = this.#random() * JITTER_MS;
    return Math.min(WAIT_MS * 2 ** this.#refusals + jitterMs, LONGEST_WAIT_MS);
  };
}
