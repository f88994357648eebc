/** Counts deaths of components: many within a window is one `flapping` event with a count, not one event each. */
import type { Clock } from "./clock.ts";

/** So many deaths within FLAP_WINDOW_MS are flapping. */
export const FLAP_DEATHS = 5;
export const FLAP_WINDOW_MS = 5 * 60_000;

export interface Flaps {
  /** @returns the number of deaths within the window when this one makes it flapping (again), undefined otherwise. */
  died(component: string): number | undefined;
}

/** A component that was told of is told of again after a quiet window only. */
export function createFlaps(clock: Clock): Flaps {
  const deaths = new Map<string, number[]>();
  const told = new Set<string>();
  return {
    died: (component) => {
      const now = clock.now();
      const recent = [...(deaths.get(component) ?? []), now].filter((at) => now - at < FLAP_WINDOW_MS);
      deaths.set(component, recent);
      if (recent.length === 1) told.delete(component);
      if (recent.length < FLAP_DEATHS || told.has(component)) return undefined;
      told.add(component);
      return recent.length;
    },
  };
}
