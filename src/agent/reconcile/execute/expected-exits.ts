/**
 * Knows which container exits the agent itself causes by stopping or removing, so that they are not reported as
 * drift or flapping. The event's own time decides, since events arrive late.
 */

import type { RuntimeEvent } from "../../runtime/runtime.ts";
import type { Clock } from "../../state/clock.ts";

export interface ExpectedExits {
  /** Runs `work`, which stops or removes this container. */
  during(containerId: string, work: () => Promise<void>): Promise<void>;
  isExpected(event: RuntimeEvent): boolean;
}

/** Longer than the delay of any event. */
const REMEMBERED_MS = 60_000;

export function createExpectedExits(clock: Pick<Clock, "now">): ExpectedExits {
  const untilMs = new Map<string, number>();
  const forget = () => {
    for (const [id, until] of untilMs) if (clock.now() - until > REMEMBERED_MS) untilMs.delete(id);
  };
  return {
    during: async (containerId, work) => {
      forget();
      untilMs.set(containerId, Number.POSITIVE_INFINITY);
      try {
        await work();
      } finally {
        untilMs.set(containerId, clock.now());
      }
    },
    isExpected: ({ containerId, atMs }) => atMs <= (untilMs.get(containerId) ?? Number.NEGATIVE_INFINITY),
  };
}
