/**
 * A store that refuses writes on demand, before they reach the store beneath it: for tests of what the agent does when
 * its disk is full. Reads always go through.
 */
import type { Store } from "../../src/agent/store/store.ts";
import { McpError } from "../../src/values/error.ts";

export interface FailingStore {
  readonly store: Store;
  /** The n-th write from now on (1 is the next) fails with E_STORE, and `count` in all. */
  failAt(n: number, count?: number): void;
  /** Writes asked for so far, refused ones included. */
  writes(): number;
}

export function failingStore(inner: Store): FailingStore {
  const state = { writes: 0, from: Number.POSITIVE_INFINITY, to: Number.POSITIVE_INFINITY };
  const write = async (work: () => Promise<void>) => {
    state.writes++;
    if (state.writes >= state.from && state.writes < state.to) throw diskFull();
    await work();
  };
  const store: Store = {
    services: () => inner.services(),
    accept: (...args) => write(() => inner.accept(...args)),
    remember: (...args) => write(() => inner.remember(...args)),
    append: (events) => write(() => inner.append(events)),
    nextUndelivered: () => inner.nextUndelivered(),
    markDelivered: (eventId) => write(() => inner.markDelivered(eventId)),
    undeliveredCount: () => inner.undeliveredCount(),
    eventsAfter: (sequence, limit) => inner.eventsAfter(sequence, limit),
    fact: (name) => inner.fact(name),
    setFact: (name, value) => write(() => inner.setFact(name, value)),
    probe: () => write(() => inner.probe()),
    snapshot: (path) => inner.snapshot(path),
    close: () => inner.close(),
  };
  const failAt = (n: number, count = 1) => {
    state.from = state.writes + n;
    state.to = state.from + count;
  };
  return { store, failAt, writes: () => state.writes };
}

function diskFull(): McpError {
  return new McpError("E_STORE", "cannot write to the store", { cause: new Error("no space left on device") });
}
