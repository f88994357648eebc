/**
 * What a program listens to, independent of any one connection. The client itself renews subscriptions when it
 * reconnects; this adds the two cases it leaves out: a new connection, and a subscription that was refused before.
 */
import type { Msg, NatsConnection, Subscription } from "@nats-io/nats-core";

export interface Listener {
  readonly subject: string;
  /** Of those in one group each message goes to one. */
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

  /** Hands every message to the listener until `signal` aborts. */
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

  /** To be called after a reconnect: the rights may have changed. */
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
