/**
 * A program's subscriptions over all its connections. The NATS client renews them when it reconnects; this class adds two
 * cases: a new connection, and a subscription that was refused before.
 */
import type { Msg, NatsConnection, Subscription } from "@nats-io/nats-core";

export interface Listener {
  readonly subject: string;
  /** Each message goes to one listener of the group. */
  readonly queue?: string;
  readonly take: (message: Msg) => void;
}

export class Subscriptions {
  readonly #onRefused: (subject: string, error: Error) => void;
  readonly #running = new Map<Listener, Subscription | undefined>();
  #connection: NatsConnection | undefined;

  constructor(onRefused: (subject: string, error: Error) => void) {
    this.#onRefused = onRefused;
  }

  /** Passes every message to the listener until `signal` aborts. */
  add(listener: Listener, signal: AbortSignal): void {
    if (signal.aborted) return;
    this.#start(listener);
    signal.addEventListener("abort", () => {
      this.#running.get(listener)?.unsubscribe();
      this.#running.delete(listener);
    });
  }

  moveTo(connection: NatsConnection): void {
    this.#connection = connection;
    for (const listener of [...this.#running.keys()]) this.#start(listener);
  }

  /** Call it after a reconnect: permissions may have changed. */
  retryRefused(): void {
    for (const [listener, running] of [...this.#running]) if (running?.isClosed() === true) this.#start(listener);
  }

  #start(listener: Listener): void {
    const queue = listener.queue === undefined ? {} : { queue: listener.queue };
    const callback = (error: Error | null, message: Msg) => {
      if (error === null) listener.take(message);
      else this.#onRefused(listener.subject, error);
    };
    this.#running.set(listener, this.#connection?.subscribe(listener.subject, { callback, ...queue }));
  }
}
