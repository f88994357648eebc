/**
 * The public key of MCIAS: fetched over TLS, cached in a file, so that tokens are checked while MCIAS is down, and fetched
 * again from time to time and when another key signed a token. Such tokens cause at most one fetch per
 * REFRESH_PAUSE_MS.
 */
import { createPublicKey, type KeyObject } from "node:crypto";
import { readFile } from "node:fs/promises";
import { writeAtomically } from "../disk/atomic-file.ts";
import type { MciasKey } from "../schemas/settings/mcias.ts";
import { mciasKeyCodec } from "../schemas/wire/codec.ts";
import { McpError } from "../values/error.ts";

/** How long a cached key is trusted after MCIAS stopped using it. */
export const REFRESH_EVERY_MS = 600_000;
const REFRESH_PAUSE_MS = 10_000;

export interface KeySource {
  /** Fetches the key from MCIAS. */
  fetch(): Promise<MciasKey>;
  /** Path of the cache file. */
  readonly cache: string;
  /** Unix milliseconds. */
  now(): number;
  /** Called with errors that do not fail a call. */
  onProblem(error: unknown): void;
}

export class MciasKeys {
  readonly #source: KeySource;
  #key: MciasKey | undefined;
  #triedAtMs = Number.NEGATIVE_INFINITY;
  #trying: Promise<boolean> | undefined;

  constructor(source: KeySource) {
    this.#source = source;
  }

  /** The key in memory, or from the cache file, or fetched now. @throws McpError E_MCIAS when there is none */
  async current(): Promise<KeyObject> {
    this.#key ??= await this.#kept();
    if (this.#key === undefined) await this.refresh();
    if (this.#key === undefined)
      throw new McpError("E_MCIAS", "MCIAS's public key is unknown and cannot be fetched now");
    return keyObjectOf(this.#key);
  }

  /** Fetches it, unless that was tried a moment ago. True when the key has changed. */
  async refresh(): Promise<boolean> {
    if (this.#trying !== undefined) return await this.#trying;
    if (this.#source.now() - this.#triedAtMs < REFRESH_PAUSE_MS) return false;
    this.#triedAtMs = this.#source.now();
    this.#trying = this.#fetched().finally(() => {
      this.#trying = undefined;
    });
    return await this.#trying;
  }

  async #fetched(): Promise<boolean> {
    try {
      const fresh = await this.#source.fetch();
      keyObjectOf(fresh);
      const isNew = fresh.x !== this.#key?.x;
      this.#key = fresh;
      if (isNew) await writeAtomically(this.#source.cache, Buffer.from(mciasKeyCodec.encode(fresh)).toString());
      return isNew;
    } catch (error) {
      this.#source.onProblem(error);
      return false;
    }
  }

  async #kept(): Promise<MciasKey | undefined> {
    try {
      const key = mciasKeyCodec.decode(await readFile(this.#source.cache));
      keyObjectOf(key);
      return key;
    } catch {
      return undefined; // missing or damaged: it is fetched and written again
    }
  }
}

function keyObjectOf({ kty, crv, x }: MciasKey): KeyObject {
  try {
    return createPublicKey({ key: { kty, crv, x }, format: "jwk" });
  } catch (cause) {
    throw new McpError("E_INVALID_MESSAGE", "MCIAS's public key is not an Ed25519 key", { cause });
  }
}
