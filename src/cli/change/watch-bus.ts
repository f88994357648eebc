/** Shows when the connection to the bus is lost and when it is back, while changes are followed. */
import type { OperatorBus } from "../../bus/ports/operator-bus.ts";
import type { Output } from "../output/output.ts";

export interface BusWatch {
  /** Undefined while the bus is connected. */
  connectionProblem(): string | undefined;
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
      out.warn(`lost the connection to ${name}; what was written is stored; reconnecting`);
    },
    onBack: () => {
      state.lost = false;
      out.note(`connected to ${name} again`);
    },
    signal: over.signal,
  });
  return {
    connectionProblem: () =>
      state.lost ? `the connection to ${name} is lost, so the result is not known here` : undefined,
    end: () => over.abort(),
  };
}
