/** Counts deaths of components: many within a window are one `flapping` event with a count, not one event each. */
import type { Clock } from "../state/clock.ts";

/** This many deaths within FLAP_WINDOW_MS count as flapping. */
export const FLAP_DEATHS = 5;
export const FLAP_WINDOW_MS = 5 * 60_000;

export interface CrashCounter {
  /** @returns how often this component died within the window, this time included */
  died(component: string): number;
}

export function createCrashCounter(clock: Pick<Clock, "now">): CrashCounter {
  const deaths = new Map<string, number[]>();
  return {
    died: (component) => {
      const now = clock.now();
      const recent = [...(deaths.get(component) ?? []), now].filter((at) => now - at < FLAP_WINDOW_MS);
      deaths.set(component, recent);
      return recent.length;
    },
  };
}
