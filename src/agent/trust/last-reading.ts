/**
 * The time at which this node last read all documents it knows of, without a missing one. It uses the earlier of two clocks,
 * its own and the bus's: a clock that is ahead would make a timely document look backdated. A time ahead of its own
 * clock was recorded by a wrong clock and is ignored. A bus that was wiped or reset gives no complete reading,
 * so documents that are restored there count as timely.
 */
import type { NodeBus } from "../../bus/ports/node-bus.ts";
import type { Clock } from "../state/clock.ts";
import type { Store } from "../store/store.ts";

export interface ReadingPorts {
  readonly clock: Pick<Clock, "now">;
  readonly bus: Pick<NodeBus, "serverTime">;
  readonly store: Pick<Store, "fact" | "setFact">;
}

export interface LastReading {
  /** Unix milliseconds; undefined: never or unknown. */
  lastMs(): number | undefined;
  /** Begins a reading. @returns a function to call when it has ended and nothing was missing */
  begin(): Promise<() => Promise<void>>;
}

const FACT = "desired-read";
/** Well below the tolerance of judge-document.ts, so that not every sweep has to write. */
const STEP_MS = 5 * 60_000;

export async function openLastReading({ clock, bus, store }: ReadingPorts): Promise<LastReading> {
  const state = { lastMs: Number((await store.fact(FACT)) ?? Number.NaN) };
  const lastMs = () => (state.lastMs <= clock.now() ? state.lastMs : undefined);
  return {
    lastMs,
    begin: async () => {
      const busMs = await bus.serverTime();
      const startedMs = busMs === undefined ? Number.NaN : Math.min(busMs, clock.now());
      return async () => {
        const before = lastMs() ?? Number.NEGATIVE_INFINITY;
        if (!(startedMs >= before + STEP_MS)) return;
        await store.setFact(FACT, String(startedMs));
        state.lastMs = startedMs;
      };
    },
  };
}
