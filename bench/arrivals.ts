/** The moments at which awaited things arrive, by key. Whoever waits asks before it can happen. */

const TIMEOUT_MS = 30_000;

export class Arrivals {
  readonly #waiting = new Map<string, (atMs: number) => void>();

  /** It arrived just now. */
  note(key: string): void {
    this.#waiting.get(key)?.(performance.now());
    this.#waiting.delete(key);
  }

  /** `performance.now()` of the next arrival. */
  next(key: string): Promise<number> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`within ${TIMEOUT_MS} ms there was no "${key}"`)), TIMEOUT_MS);
      this.#waiting.set(key, (atMs) => {
        clearTimeout(late);
        resolve(atMs);
      });
    });
  }
}
