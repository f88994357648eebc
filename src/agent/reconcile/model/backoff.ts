/** How long to wait before the next try. Pure: randomness is an argument. */

/** Tries against something outside that undoes our repairs, before the agent leaves it to people. */
export const MAX_REPAIRS = 5;

/** A component left alone for this long is no longer held to be fighting or flapping. */
export const REPAIR_WINDOW_MS = 10 * 60_000;

/** No delay is longer: one that seems to be was set before the machine's clock was put back. */
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

/** Whether a delay still runs. */
export function isDelayed(notBeforeMs: number, nowMs: number): boolean {
  return notBeforeMs > nowMs && notBeforeMs - nowMs <= MAX_DELAY_MS;
}
