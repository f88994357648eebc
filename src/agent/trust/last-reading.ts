/**
 * When this node last read every document it knows of, and all of them were there. By the earlier of two clocks, its own
 * and the bus's: one that is ahead would make what is written in time look dated back. A time that lies ahead of the own
 * clock was recorded by a wrong one, and does not count. A bus that was wiped, or went back, gives no complete reading,
 * so what is put back there counts as in time.
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
  /** Unix milliseconds; undefined: never, or not known. */
  lastMs(): number | undefined;
  /** Begins one. @returns what to call when it is over, and everything was there */
  begin(): Promise<() => Promise<void>>;
}

const FACT = "desired-read";
/** Well below what judge-document.ts lets pass: a sweep need not write each time. */
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
