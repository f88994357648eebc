/**
 * Delivers stored events to the bus, oldest first, one in flight, so that they arrive once and in order. An event stays in
 * the store until the stream has acknowledged it; its id is the message id, so a retry creates no duplicate.
 */
import type { NodeBus } from "../../bus/ports/node-bus.ts";
import { repairDelayMs } from "../reconcile/model/backoff.ts";
import type { Clock } from "../state/clock.ts";
import type { Store } from "../store/store.ts";

export interface OutboxPorts {
  readonly bus: NodeBus;
  readonly store: Store;
  readonly clock: Clock;
  onError(error: unknown): void;
}

const RETRY_MS = 500;
/** The delay between retries stops growing here, at about half a minute. */
const MAX_BACKOFF_STEPS = 6;

export class Outbox {
  readonly #ports: OutboxPorts;
  readonly #signal: AbortSignal;
  readonly #waiting = new Set<() => void>();
  #running = false;
  #again = false;
  #failures = 0;

  constructor(ports: OutboxPorts, signal: AbortSignal) {
    this.#ports = ports;
    this.#signal = signal;
  }

  /** Call it when there may be something to deliver. */
  readonly wake = (): void => {
    this.#again = true;
    if (this.#running || this.#signal.aborted) return;
    this.#running = true;
    void this.#drain();
  };

  /** Resolves when everything stored is delivered, or after `timeoutMs`. */
  async flush(timeoutMs: number): Promise<void> {
    this.wake();
    if (!this.#running) return;
    const drained = new Promise<void>((resolve) => this.#waiting.add(resolve));
    const late = new AbortController();
    await Promise.race([drained, this.#pause(timeoutMs, late.signal)]);
    late.abort();
  }

  async #drain(): Promise<void> {
    while (this.#again && !this.#signal.aborted) {
      this.#again = false;
      try {
        await this.#deliver();
      } catch (error) {
        this.#ports.onError(error);
        this.#failures += 1;
        this.#again = true;
        await this.#pause(this.#retryMs(), this.#signal);
      }
    }
    this.#running = false;
    for (const done of this.#waiting) done();
    this.#waiting.clear();
  }

  async #deliver(): Promise<void> {
    const { bus, store } = this.#ports;
    while (!this.#signal.aborted && bus.isConnected()) {
      const event = await store.nextUndelivered();
      if (event === undefined) return;
      await bus.publishEvent(event);
      await store.markDelivered(event.id);
      this.#failures = 0;
    }
  }

  #retryMs(): number {
    return RETRY_MS + repairDelayMs(Math.min(this.#failures, MAX_BACKOFF_STEPS), this.#ports.clock.random());
  }

  /** Resolves after `ms`, or at once when `signal` aborts. */
  #pause(ms: number, signal: AbortSignal): Promise<void> {
    return this.#ports.clock.sleep(ms, signal).catch(() => undefined);
  }
}
