/**
 * Removes from the bucket what a reader has taken, while the rest is still being written: that is what lets a file be
 * larger than the bucket. In large steps, since each costs the server a walk, and when nothing came for a moment: the
 * bucket may be full, and the writer wait for room.
 */

import type { Connection } from "../connection/connection.ts";
import { purgeObject } from "./file-bucket.ts";

const STEP_BYTES = 64 * 1024 * 1024;
const IDLE_MS = 150;

export class Purger {
  readonly #link: Connection;
  readonly #at: { readonly stream: string; readonly filter: string };
  #taken = 0;
  #before = 0;
  #running: Promise<void> | undefined;
  #idle: NodeJS.Timeout | undefined;

  constructor(link: Connection, at: { readonly stream: string; readonly filter: string }) {
    this.#link = link;
    this.#at = at;
  }

  /** The message with this sequence was taken for good. */
  take(sequence: number, bytes: number): void {
    this.#taken += bytes;
    this.#before = sequence + 1;
    if (this.#taken >= STEP_BYTES) this.#purge();
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.#purge(), IDLE_MS);
  }

  end(): void {
    clearTimeout(this.#idle);
  }

  /** One at a time; a failure is made up for by the next one. */
  #purge(): void {
    if (this.#taken === 0 || this.#running !== undefined) return;
    this.#taken = 0;
    this.#running = purgeObject(this.#link, { ...this.#at, before: this.#before })
      .catch((error) => this.#link.problem("make room in a file bucket", error))
      .finally(() => {
        this.#running = undefined;
      });
  }
}
