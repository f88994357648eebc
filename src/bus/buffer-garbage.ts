/**
 * Keeps a process that moves files small. Network buffers are garbage as soon as they are used, but they lie outside the
 * engine's heap and it looks for them late: some 100 MB gather. Looked for when there are 24 MiB, they never come to more
 * (512 MiB received: 161 MB resident before, 109 after). Node offers no other way to ask than V8's own flag.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

const LOOK_EVERY_BYTES = 4 * 1024 * 1024;
const LIMIT_BYTES = 24 * 1024 * 1024;

export class BufferGarbage {
  readonly #collect: () => void;
  #bytes = 0;

  constructor() {
    setFlagsFromString("--expose-gc");
    this.#collect = runInNewContext("gc") as () => void;
  }

  /** So many bytes more have come or gone. */
  add(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes < LOOK_EVERY_BYTES) return;
    this.#bytes = 0;
    if (process.memoryUsage().arrayBuffers > LIMIT_BYTES) this.#collect();
  }
}
