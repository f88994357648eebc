/**
 * Dates that are ahead of the clock. Everybody's clock may be wrong, so a date counts as ahead only if it is later than both
 * the node's clock and the bus's. A document with such a date is judged again when time has passed.
 */
import { CLOCK_SKEW_MS } from "../../trust/signed-facts.ts";

export interface Clocks {
  /** The node's clock, Unix milliseconds. */
  now(): number;
  /** The bus's; undefined when it does not say. Never rejects. */
  serverTime(): Promise<number | undefined>;
}

/** True when the date is more than five minutes ahead. An unreadable date is not. */
export function isAhead(at: string, latestMs: number): boolean {
  return Date.parse(at) > latestMs + CLOCK_SKEW_MS;
}

/** The later of both clocks, as far as it matters for these dates: the bus is asked only if one is ahead of the node's. */
export async function latestClock({ now, serverTime }: Clocks, dates: readonly string[]): Promise<number> {
  const nowMs = now();
  if (!dates.some((at) => isAhead(at, nowMs))) return nowMs;
  const busMs = await serverTime();
  return busMs !== undefined && busMs > nowMs ? busMs : nowMs;
}

/** Why nothing may carry this date now; undefined when it may. */
export function wrongDate(at: string, latestMs: number): string | undefined {
  if (Number.isNaN(Date.parse(at))) return "its time is not a valid date";
  if (!isAhead(at, latestMs)) return undefined;
  return `it is dated ${at}, more than five minutes ahead of this node's clock and of the bus's`;
}
