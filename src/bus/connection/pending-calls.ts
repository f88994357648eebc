/**
 * The calls to the bus that are in progress. Each ends with its answer, at its deadline, or when the connection is lost. It
 * uses plain callbacks, because an abort signal for each call costs more than everything else.
 */
import { errors } from "@nats-io/nats-core";

export class PendingCalls {
  readonly #failures = new Set<() => void>();

  /** The result of `exchange`. @throws what it throws; the client's TimeoutError and ConnectionError */
  outcome<T>(exchange: Promise<T>, timeoutMs: number): Promise<T> {
    return new Promise((resolve, reject) => {
      const fail = () => end(() => reject(new errors.ConnectionError("the connection was lost")));
      const timer = setTimeout(() => end(() => reject(new errors.TimeoutError())), timeoutMs);
      const end = (settle: () => void) => {
        clearTimeout(timer);
        this.#failures.delete(fail);
        settle();
      };
      this.#failures.add(fail);
      exchange.then(
        (value) => end(() => resolve(value)),
        (error) => end(() => reject(error)),
      );
    });
  }

  /** Ends all of them: the connection is lost. */
  failAll(): void {
    for (const fail of [...this.#failures]) fail();
  }
}
