/** A clock on which every sleep is over at once, the time having passed: for properties tried a hundred thousand times. */
import type { Clock } from "../../src/agent/state/clock.ts";
import { NOW_MS } from "../helpers/builders.ts";

export class HastyClock implements Clock {
  #nowMs = NOW_MS;
  #ids = 0;

  readonly now = (): number => this.#nowMs;

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.#nowMs += ms;
  }

  moveTo(ms: number): void {
    this.#nowMs = Math.max(this.#nowMs, ms);
  }

  random(): number {
    return 0.5;
  }

  newId(): string {
    this.#ids += 1;
    return this.#ids.toString(16).padStart(16, "0");
  }
}
