/**
 * Notices that the store cannot be written, usually because its disk is full, and when it can be written again. One small
 * write may succeed on a disk that is full for the next, so only a probe of the size of an acceptance ends a problem.
 */

import type { Store } from "../store/store.ts";
import { isWriteFailure } from "../store/store-error.ts";
import { type Clock, isoNow } from "./clock.ts";

/** Why the store cannot be written. */
export interface WriteProblem {
  /** ISO 8601: the first write that failed. */
  readonly since: string;
  readonly message: string;
  readonly hint: string;
}

export interface StoreWatch {
  /** The store, watched. */
  readonly store: Store;
  /** Undefined while writes succeed. */
  problem(): WriteProblem | undefined;
  /** Calls back when a problem begins or ends. */
  onChange(callback: () => void): void;
}

const PROBE_EVERY_MS = 5_000;

export function watchStore(inner: Store, clock: Clock, signal: AbortSignal): StoreWatch {
  const state: { problem: WriteProblem | undefined } = { problem: undefined };
  const callbacks: (() => void)[] = [];
  const change = (problem: WriteProblem | undefined) => {
    state.problem = problem;
    for (const callback of callbacks) callback();
  };
  const failed = ({ message, hint }: WriteFailure) => {
    if (state.problem !== undefined || signal.aborted) return;
    change({ since: isoNow(clock), message, hint });
    void untilWritable(inner, clock, signal).then((isWritable) => isWritable && change(undefined));
  };
  return {
    store: watched(inner, failed),
    problem: () => state.problem,
    onChange: (callback) => void callbacks.push(callback),
  };
}

type WriteFailure = Pick<WriteProblem, "message" | "hint">;

/** @returns false when the agent stops before */
async function untilWritable(store: Store, clock: Clock, signal: AbortSignal): Promise<boolean> {
  while (!signal.aborted) {
    await clock.sleep(PROBE_EVERY_MS, signal).catch(() => undefined);
    const isWritable = await store.probe().then(
      () => true,
      () => false,
    );
    if (isWritable) return !signal.aborted;
  }
  return false;
}

function watched(store: Store, onFailure: (failure: WriteFailure) => void): Store {
  const write = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      if (isWriteFailure(error)) onFailure(error);
      throw error;
    }
  };
  return {
    services: () => store.services(),
    accept: (...args) => write(store.accept(...args)),
    remember: (...args) => write(store.remember(...args)),
    append: (events) => write(store.append(events)),
    nextUndelivered: () => store.nextUndelivered(),
    markDelivered: (eventId) => write(store.markDelivered(eventId)),
    undeliveredCount: () => store.undeliveredCount(),
    eventsAfter: (sequence, limit) => store.eventsAfter(sequence, limit),
    fact: (name) => store.fact(name),
    setFact: (name, value) => write(store.setFact(name, value)),
    probe: () => store.probe(),
    snapshot: (path) => store.snapshot(path),
    close: () => store.close(),
  };
}
