/** Counts deaths of components: many within a window are one `flapping` event with a count, not one event each. */
import type { Clock } from "./clock.ts";

/** So many deaths within FLAP_WINDOW_MS are flapping. */
export const FLAP_DEATHS = 5;
export const FLAP_WINDOW_MS = 5 * 60_000;

/** What one more death of a component comes to. */
export type Death =
  | { readonly flapping: false }
  /** `deaths` within the window, given when it is to be told: once, until a whole window was quiet. */
  | { readonly flapping: true; readonly deaths?: number };

export interface Flaps {
  died(component: string): Death;
}

export function createFlaps(clock: Clock): Flaps {
  const deaths = new Map<string, number[]>();
  const told = new Set<string>();
  return {
    died: (component) => {
      const now = clock.now();
      const recent = [...(deaths.get(component) ?? []), now].filter((at) => now - at < FLAP_WINDOW_MS);
      deaths.set(component, recent);
      if (recent.length === 1) told.delete(component);
      if (recent.length < FLAP_DEATHS && !told.has(component)) return { flapping: false };
      if (told.has(component)) return { flapping: true };
      told.add(component);
      return { flapping: true, deaths: recent.length };
    },
  };
}
