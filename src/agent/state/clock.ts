/** The agent's port to time and randomness, so that everything that waits or is random can be tested. */
import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";

export interface Clock {
  /** Unix milliseconds. */
  now(): number;
  /** Resolves after `ms`; rejects when `signal` aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** 0 ≤ n < 1 */
  random(): number;
  /** An unguessable id: 16 lower-case hexadecimal digits. */
  newId(): string;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) => delay(ms, undefined, { signal }),
  random: () => Math.random(),
  newId: () => randomBytes(8).toString("hex"),
};

/** The clock's current time in ISO 8601. */
export const isoNow = (clock: Clock): string => new Date(clock.now()).toISOString();
