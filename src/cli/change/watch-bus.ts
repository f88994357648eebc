/** Tells at once when the bus goes and when it is back while changes are followed: silence has two reasons else. */
import type { OperatorBus } from "../../bus/ports/operator-bus.ts";
import type { Output } from "../output/output.ts";

export interface BusWatch {
  /** Why nothing is heard; undefined while the bus is there. */
  deafness(): string | undefined;
  end(): void;
}

/** @param servers the addresses of the bus */
export function watchBus(bus: OperatorBus, out: Pick<Output, "note" | "warn">, servers: readonly string[]): BusWatch {
  const name = servers.length === 0 ? "the bus" : `the bus at ${servers.join(", ")}`;
  const state = { lost: false };
  const over = new AbortController();
  bus.watchConnection?.({
    onLost: () => {
      state.lost = true;
      out.warn(`${name} is gone; what was written stands; waiting for it`);
    },
    onBack: () => {
      state.lost = false;
      out.note(`${name} is back`);
    },
    signal: over.signal,
  });
  return {
    deafness: () => (state.lost ? `${name} is gone, so what became of it is not known here` : undefined),
    end: () => over.abort(),
  };
}
