/**
 * The calls to the bus that are under way. Each ends with its answer, or without one: its time is up, or the connection
 * is lost under it. Plain callbacks, since an abort signal for each call costs more than the rest of waiting for it.
 */
import { errors } from "@nats-io/nats-core";

export class PendingCalls {
  readonly #cuts = new Set<() => void>();

  /** What `exchange` comes to. @throws what it throws; TimeoutError and ConnectionError of the client */
  outcome<T>(exchange: Promise<T>, timeoutMs: number): Promise<T> {
    return new Promise((resolve, reject) => {
      const cut = () => end(() => reject(new errors.ConnectionError("the connection was lost")));
      const timer = setTimeout(() => end(() => reject(new errors.TimeoutError())), timeoutMs);
      const end = (settle: () => void) => {
        clearTimeout(timer);
        this.#cuts.delete(cut);
        settle();
      };
      this.#cuts.add(cut);
      exchange.then(
        (value) => end(() => resolve(value)),
        (error) => end(() => reject(error)),
      );
    });
  }

  /** The connection is lost under all of them. */
  cut(): void {
    for (const cut of [...this.#cuts]) cut();
  }
}
