/**
 * The one time of a simulation, which stands still until the next sleeper is woken, and the clocks of those who take part,
 * each with its own offset, chance and ids.
 */
import { setImmediate as turn } from "node:timers/promises";
import type { Clock } from "../../src/agent/state/clock.ts";
import { NOW_MS } from "../helpers/builders.ts";
import { NEVER } from "../twin/never.ts";
import { Dice } from "./dice.ts";

interface Sleeper {
  readonly atMs: number;
  readonly order: number;
  readonly wake: () => void;
  isAwake: boolean;
}

export class SimTime {
  #nowMs = NOW_MS;
  #order = 0;
  /** A heap: the first wakes first. */
  readonly #sleepers: Sleeper[] = [];

  readonly now = (): number => this.#nowMs;

  /** Milliseconds since the beginning. */
  get sinceMs(): number {
    return this.#nowMs - NOW_MS;
  }

  readonly sleep = (ms: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const onAbort = () => {
        sleeper.isAwake = true;
        reject(signal.reason);
      };
      const isEndless = signal === NEVER; // listening costs more than all else here
      const wake = () => {
        if (!isEndless) signal.removeEventListener("abort", onAbort);
        resolve();
      };
      this.#order += 1;
      const sleeper: Sleeper = { atMs: this.#nowMs + Math.max(0, ms), order: this.#order, wake, isAwake: false };
      if (!isEndless) signal.addEventListener("abort", onAbort, { once: true });
      push(this.#sleepers, sleeper);
    });

  /** Wakes one sleeper after the other until `untilMs` since the beginning, each with all that follows from it. */
  async run(untilMs: number, afterStep: () => boolean): Promise<void> {
    await settle();
    for (;;) {
      const next = this.#sleepers[0];
      if (next === undefined || next.atMs - NOW_MS > untilMs) break;
      pop(this.#sleepers);
      if (next.isAwake) continue;
      next.isAwake = true;
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.wake();
      await settle();
      if (!afterStep()) return;
    }
    this.#nowMs = Math.max(this.#nowMs, NOW_MS + untilMs);
  }
}

/** Everything that needs no time to pass. The agent and the CLI defer by one turn of the event loop at most. */
async function settle(): Promise<void> {
  for (let turns = 0; turns < 2; turns++) await turn();
}

/** The clock of one machine. */
export class SimClock implements Clock {
  readonly #time: SimTime;
  readonly #dice: Dice;
  offsetMs = 0;

  constructor(time: SimTime, ...name: readonly (string | number)[]) {
    this.#time = time;
    this.#dice = new Dice(...name, "clock");
  }

  readonly now = (): number => this.#time.now() + this.offsetMs;

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return this.#time.sleep(ms, signal);
  }

  random(): number {
    return this.#dice.next();
  }

  newId(): string {
    return this.#dice.hex(16);
  }
}

const isBefore = (a: Sleeper, b: Sleeper) => a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);

function push(heap: Sleeper[], sleeper: Sleeper): void {
  heap.push(sleeper);
  for (let at = heap.length - 1; at > 0; ) {
    const above = (at - 1) >> 1;
    if (!swapIf(heap, above, at)) return;
    at = above;
  }
}

function pop(heap: Sleeper[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  heap[0] = last;
  for (let at = 0; ; ) {
    const [left, right] = [2 * at + 1, 2 * at + 2];
    const below = heap[right] !== undefined && isBefore(heap[right], heap[left] as Sleeper) ? right : left;
    if (heap[below] === undefined || !swapIf(heap, at, below)) return;
    at = below;
  }
}

/** Swaps them when the lower one is earlier. */
function swapIf(heap: Sleeper[], above: number, below: number): boolean {
  const [a, b] = [heap[above], heap[below]];
  if (a === undefined || b === undefined || !isBefore(b, a)) return false;
  heap[above] = b;
  heap[below] = a;
  return true;
}
