/**
 * Warnings that anybody on the network can cause, a few of each kind a minute: the credentials of a login are public. The
 * rest is counted, and the count is part of the next line.
 */

const PER_SPAN = 20;
const SPAN_MS = 60_000;

interface Kind {
  sinceMs: number;
  written: number;
  suppressed: number;
}

/** @param kind one of few: each has a limit of its own */
export type LimitedWarn = (kind: string, facts: object) => void;

export function limitedWarn(log: { warn(facts: object, message: string): void }, now: () => number): LimitedWarn {
  const kinds = new Map<string, Kind>();
  return (kind, facts) => {
    const nowMs = now();
    const before = kinds.get(kind);
    const isOver = before === undefined || Math.abs(nowMs - before.sinceMs) >= SPAN_MS;
    const state = isOver ? { sinceMs: nowMs, written: 0, suppressed: before?.suppressed ?? 0 } : before;
    kinds.set(kind, state);
    if (state.written >= PER_SPAN) {
      state.suppressed += 1;
      return;
    }
    state.written += 1;
    const count = state.suppressed > 0 ? { suppressed: state.suppressed } : {};
    state.suppressed = 0;
    log.warn({ ...facts, ...count }, kind);
  };
}
