/** What a long-lived signal still keeps of shorter things: listeners, and signals made of it by `AbortSignal.any`. */
import { getEventListeners } from "node:events";

export function dependantsOf(signal: AbortSignal): number {
  const symbol = Object.getOwnPropertySymbols(signal).find(({ description }) => description === "kDependantSignals");
  const dependants = symbol === undefined ? undefined : (signal as unknown as Record<symbol, Set<unknown>>)[symbol];
  return getEventListeners(signal, "abort").length + (dependants?.size ?? 0);
}
