/** A promise with its ends in hand. (`Promise.withResolvers` is younger than Node 20.) */
export interface Deferred<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
  reject(reason: unknown): void;
}

/** A rejection that nobody waits for yet is no unhandled one. */
export function deferred<T>(): Deferred<T> {
  const ends: Partial<Deferred<T>> = {};
  const promise = new Promise<T>((resolve, reject) => Object.assign(ends, { resolve, reject }));
  promise.catch(() => undefined);
  return { promise, resolve: (value) => ends.resolve?.(value), reject: (reason) => ends.reject?.(reason) };
}
