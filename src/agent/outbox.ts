/**
 * Delivers stored events to the bus, oldest first, one in flight: so they arrive once and in order. An event stays in
 * the store until the stream has acknowledged it; its id is the message id, so a retry is no duplicate.
 */
import type { NodeBus } from "../bus/node-bus.ts";
import type { Clock } from "./clock.ts";
import { repairDelayMs } from "./reconcile/backoff.ts";
import type { Store } from "./store/store.ts";

export interface Outbox {
  /** There may be something to deliver. */
  wake(): void;
  /** Resolves when everything stored is delivered, or after `timeoutMs`. */
  flush(timeoutMs: number): Promise<void>;
}

export interface OutboxPorts {
  readonly bus: NodeBus;
  readonly store: Store;
  readonly clock: Clock;
  onError(error: unknown): void;
}

export function startOutbox(ports: OutboxPorts, signal: AbortSignal): Outbox {
  const state = { running: false, again: false, failures: 0 };
  const idle = new Set<() => void>();

  const run = async (): Promise<void> => {
    while (!signal.aborted && ports.bus.isConnected()) {
      const event = await ports.store.nextUndelivered();
      if (event === undefined) return;
      await ports.bus.publishEvent(event);
      await ports.store.markDelivered(event.id);
      state.failures = 0;
    }
  };

  const wake = () => {
    state.again = true;
    if (state.running || signal.aborted) return;
    state.running = true;
    void drain();
  };

  const drain = async (): Promise<void> => {
    while (state.again && !signal.aborted) {
      state.again = false;
      try {
        await run();
      } catch (error) {
        ports.onError(error);
        state.failures += 1;
        state.again = true;
        await ports.clock
          .sleep(500 + repairDelayMs(Math.min(state.failures, 6), ports.clock.random()), signal)
          .catch(() => undefined);
      }
    }
    state.running = false;
    for (const done of idle) done();
    idle.clear();
  };

  return {
    wake,
    flush: async (timeoutMs) => {
      wake();
      if (!state.running) return;
      const drained = new Promise<void>((resolve) => idle.add(resolve));
      const late = new AbortController();
      await Promise.race([drained, ports.clock.sleep(timeoutMs, late.signal).catch(() => undefined)]);
      late.abort();
    },
  };
}
