/**
 * Keeps a process that moves files small. Network buffers are garbage as soon as they are used, but they lie outside the
 * engine's heap and it looks for them late: some 100 MB gather. A scavenge (a fraction of a millisecond) for every few
 * megabytes finds most while they are young; what got old is looked for when there is much of it. Node offers no other
 * way to ask than V8's own flag.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

const MIB = 1024 * 1024;
const MUCH_BYTES = 20 * MIB;

/** `true` asks for a scavenge, nothing for all of it. */
type Collect = (minor?: true) => void;

export class BufferGarbage {
  readonly #everyBytes: number;
  readonly #collect: Collect;
  #bytes = 0;
  /** The least that lay in buffers since the last full collection: what is in use. */
  #used = Number.POSITIVE_INFINITY;

  /** @param everyBytes more than is in use at once: what outlives two scavenges counts as old */
  constructor(everyBytes: number) {
    this.#everyBytes = everyBytes;
    setFlagsFromString("--no-incremental-marking");
    setFlagsFromString("--expose-gc");
    this.#collect = runInNewContext("gc") as Collect;
  }

  /** Leaves it to the engine again. */
  end(): void {
    setFlagsFromString("--incremental-marking");
  }

  /** So many bytes more have come or gone. */
  add(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes < this.#everyBytes) return;
    this.#bytes = 0;
    this.#collect(true);
    const { arrayBuffers } = process.memoryUsage();
    this.#used = Math.min(this.#used, arrayBuffers);
    if (arrayBuffers < this.#used + MUCH_BYTES) return;
    this.#collect();
    this.#used = Number.POSITIVE_INFINITY;
  }
}
