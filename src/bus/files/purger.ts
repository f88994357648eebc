/**
 * Removes from the bucket what a reader has received, while the rest is still being written, so that a file can be
 * larger than the bucket. It purges in large steps, since each is expensive for the server, and when nothing arrives: the
 * bucket may be full, and the writer may wait for space.
 */

import type { Connection } from "../connection/connection.ts";
import { purgeObject } from "./file-bucket.ts";

const STEP_BYTES = 64 * 1024 * 1024;
const IDLE_MS = 150;

export class Purger {
  readonly #connection: Connection;
  readonly #at: { readonly stream: string; readonly filter: string };
  #taken = 0;
  #before = 0;
  #running: Promise<void> | undefined;
  #idle: NodeJS.Timeout | undefined;

  constructor(connection: Connection, at: { readonly stream: string; readonly filter: string }) {
    this.#connection = connection;
    this.#at = at;
  }

  /** The message with this sequence is no longer needed. */
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

  /** One purge at a time; after a failure the next one removes the rest. */
  #purge(): void {
    if (this.#taken === 0 || this.#running !== undefined) return;
    this.#taken = 0;
    this.#running = purgeObject(this.#connection, { ...this.#at, before: this.#before })
      .catch((error) => this.#connection.problem("free space in a file bucket", error))
      .finally(() => {
        this.#running = undefined;
      });
  }
}
