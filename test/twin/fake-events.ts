/** A source of values that any number of readers follow, each with a queue of its own; ends by signal or by hand. */

interface Reader<T> {
  readonly queue: T[];
  wake: () => void;
  ended: boolean;
}

export class Broadcast<T> {
  readonly #readers = new Set<Reader<T>>();

  get readers(): number {
    return this.#readers.size;
  }

  send(value: T): void {
    for (const reader of this.#readers) {
      reader.queue.push(value);
      reader.wake();
    }
  }

  /** Ends every reader that is open now, as a server does that closes its connections. */
  endAll(): void {
    for (const reader of this.#readers) {
      reader.ended = true;
      reader.wake();
    }
  }

  /** Values sent from this call on; the caller must iterate. Throws the signal's reason when it aborts. */
  follow(signal: AbortSignal): AsyncGenerator<T> {
    signal.throwIfAborted();
    const reader: Reader<T> = { queue: [], wake: () => undefined, ended: false };
    this.#readers.add(reader);
    return this.#read(reader, signal);
  }

  async *#read(reader: Reader<T>, signal: AbortSignal): AsyncGenerator<T> {
    const onAbort = () => reader.wake();
    signal.addEventListener("abort", onAbort);
    try {
      for (;;) {
        yield* reader.queue.splice(0);
        signal.throwIfAborted();
        if (reader.queue.length > 0) continue;
        if (reader.ended) return;
        await new Promise<void>((resolve) => {
          reader.wake = resolve;
        });
      }
    } finally {
      this.#readers.delete(reader);
      signal.removeEventListener("abort", onAbort);
    }
  }
}
