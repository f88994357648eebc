/**
 * A clock that stands still until a test moves it: sleepers wake in order, each with everything that follows from it
 * done before the next one. Chance is a seeded sequence, ids count up.
 */
import { setTimeout as realDelay, setImmediate as turn } from "node:timers/promises";
import type { Clock } from "../../src/agent/state/clock.ts";
import { NOW_MS } from "../helpers/builders.ts";

interface Sleeper {
  readonly atMs: number;
  readonly wake: () => void;
}

export interface UntilOptions {
  /** Fake milliseconds after which the condition counts as missed; default five minutes. */
  readonly withinMs?: number;
  readonly what?: string;
}

export class FakeClock implements Clock {
  #nowMs: number;
  #seed: number;
  #ids = 0;
  readonly #sleepers = new Set<Sleeper>();

  constructor(nowMs = NOW_MS, seed = 1) {
    this.#nowMs = nowMs;
    this.#seed = seed;
  }

  readonly now = (): number => this.#nowMs;

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const onAbort = () => {
        this.#sleepers.delete(sleeper);
        reject(signal.reason);
      };
      const wake = () => {
        signal.removeEventListener("abort", onAbort);
        resolve();
      };
      const sleeper: Sleeper = { atMs: this.#nowMs + ms, wake };
      this.#sleepers.add(sleeper);
      signal.addEventListener("abort", onAbort, { once: true });
    });
  }

  /** A linear congruential generator (Numerical Recipes' constants): the same seed, the same run. */
  random(): number {
    this.#seed = (Math.imul(this.#seed, 1_664_525) + 1_013_904_223) >>> 0;
    return this.#seed / 2 ** 32;
  }

  newId(): string {
    this.#ids += 1;
    return this.#ids.toString(16).padStart(16, "0");
  }

  /** Sets the time of day forward or back, without anybody waking for it. */
  jump(ms: number): void {
    const moved = [...this.#sleepers].map((s) => ({ ...s, atMs: s.atMs + ms }));
    this.#sleepers.clear();
    for (const sleeper of moved) this.#sleepers.add(sleeper);
    this.#nowMs += ms;
  }

  /** Lets everything happen that needs no time to pass. */
  async settle(): Promise<void> {
    for (let turns = 0; turns < 4; turns++) await turn();
  }

  async advance(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms;
    await this.settle();
    while (await this.#step(untilMs));
    this.#nowMs = untilMs;
    await this.settle();
  }

  /** Moves on until the condition holds. */
  async until<T>(condition: () => T | undefined | false | null, options: UntilOptions = {}): Promise<T> {
    const { withinMs = 300_000, what = String(condition) } = options;
    const untilMs = this.#nowMs + withinMs;
    await this.settle();
    for (let idle = 0; idle < 100; ) {
      const value = condition();
      if (value) return value;
      if (await this.#step(untilMs)) continue;
      await realDelay(2); // nobody sleeps: a question to the real machine (the room on its disk) may be under way
      idle += 1;
    }
    throw new Error(`not within ${withinMs} ms of fake time: ${what}`);
  }

  /** Wakes the sleepers of the next moment. @returns false when that lies after `untilMs`. */
  async #step(untilMs: number): Promise<boolean> {
    const nextMs = Math.min(...[...this.#sleepers].map((s) => s.atMs));
    if (!(nextMs <= untilMs)) return false;
    this.#nowMs = Math.max(this.#nowMs, nextMs);
    for (const sleeper of this.#sleepers) {
      if (sleeper.atMs > nextMs) continue;
      this.#sleepers.delete(sleeper);
      sleeper.wake();
    }
    await this.settle();
    return true;
  }
}
