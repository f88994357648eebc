/** How long to wait before the next try. Pure: randomness is an argument. */

/** Repairs that something else undoes, before the agent stops and leaves it to people. */
export const MAX_REPAIRS = 5;

/** After this time without a problem a component no longer counts as fighting or flapping. */
export const REPAIR_WINDOW_MS = 10 * 60_000;

/** The longest delay: one that seems longer was set before the machine's clock was set back. */
export const MAX_DELAY_MS = 10 * 60_000;

const FIRST_MS = 1_000;
const CAP_MS = 5 * 60_000;

/**
 * Milliseconds before try `count + 1`, after `count` tries: none after the first, then 1 s doubling up to 5 min,
 * spread evenly over the upper half ("equal jitter", so that a thousand nodes do not try together).
 * @param random 0 ≤ random < 1
 */
export function repairDelayMs(count: number, random: number): number {
  if (count <= 0) return 0;
  const full = Math.min(CAP_MS, FIRST_MS * 2 ** (count - 1));
  return Math.round(full / 2 + (full / 2) * random);
}

/** Milliseconds before a deploy that failed and left nothing serving is tried again: 15 s doubling up to 10 min. */
export function retryDelayMs(count: number, random: number): number {
  const full = Math.min(MAX_DELAY_MS, 15_000 * 2 ** Math.max(0, count - 1));
  return Math.round(full / 2 + (full / 2) * random);
}

/** True while a delay has not passed. */
export function isDelayed(notBeforeMs: number, nowMs: number): boolean {
  return notBeforeMs > nowMs && notBeforeMs - nowMs <= MAX_DELAY_MS;
}
