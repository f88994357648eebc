/**
 * The process that answers for the fake engine, as `podman system service` does: calls take their time in it, end at their
 * deadline, and die with it. What it was asked for still happens when the caller leaves.
 */
import { setMaxListeners } from "node:events";
import { setImmediate as nextTurn } from "node:timers/promises";
import { ANSWER_LOST } from "../../src/agent/runtime/runtime.ts";
import { McpError } from "../../src/values/error.ts";
import type { Fault, Turn } from "./conduct.ts";
import { NEVER } from "./never.ts";

/** As a clock's: rejects when `signal` aborts. */
export type Sleep = (ms: number, signal: AbortSignal) => Promise<void>;

export interface Call<T> {
  readonly verb: string;
  readonly turn: Turn;
  /** Milliseconds without an answer after which the caller gets E_RUNTIME_TIMEOUT; 0: only its signal ends it. */
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
  effect(): T | Promise<T>;
  /** The answer of a call that is ignored; absent: this verb cannot be. */
  pretended?(): T;
}

export class FakeService {
  readonly #sleep: Sleep;
  /** One process: its calls under way. */
  #life = { isAlive: true, onDeath: new Set<() => void>() };
  isDown = false;

  constructor(sleep: Sleep) {
    this.#sleep = sleep;
  }

  /** Kills it: callers get a lost connection, what had not taken effect does not. */
  kill(): void {
    const { onDeath } = this.#life;
    this.#life.isAlive = false;
    this.#life = { isAlive: true, onDeath: new Set() };
    this.isDown = true;
    for (const die of onDeath) die();
  }

  /** Sleeps outside the process: this time passes whatever becomes of it. */
  sleep(ms: number): Promise<void> {
    return this.#sleep(ms, NEVER);
  }

  /** Sleeps in the process; @returns false when it was killed before the time was over. */
  async lives(ms: number): Promise<boolean> {
    const life = this.#life;
    await this.#sleep(ms, NEVER);
    return life.isAlive;
  }

  async call<T>(call: Call<T>): Promise<T> {
    const { verb, signal } = call;
    signal.throwIfAborted();
    if (this.isDown) throw new McpError("E_RUNTIME_UNREACHABLE", `fake ${verb}: nothing answers`);
    return await this.#answered(call, this.#perform(call));
  }

  async #perform<T>({ verb, turn, effect, pretended }: Call<T>): Promise<T> {
    const { fault } = turn;
    if (turn.beforeMs > 0 && !(await this.lives(turn.beforeMs))) throw lost(verb);
    if (fault === "hangs") return await never();
    if (fault instanceof Error) throw fault;
    if (fault === "ignored" && pretended === undefined) throw new Error(`a ${verb} cannot be ignored`);
    const answer = fault === "ignored" && pretended !== undefined ? pretended() : await effect();
    if (turn.afterMs > 0 && !(await this.lives(turn.afterMs))) throw lost(verb);
    if (isLate(fault)) return fault.late === "hangs" ? await never() : fail(fault.late);
    return answer;
  }

  /** The answer, or what ends the wait for it. */
  #answered<T>({ verb, deadlineMs, signal }: Call<T>, answer: Promise<T>): Promise<T> {
    const { onDeath } = this.#life;
    return new Promise<T>((resolve, reject) => {
      const wait: Wait = { isOver: false, timer: undefined };
      const end = (settle: () => void) => {
        if (wait.isOver) return;
        wait.isOver = true;
        wait.timer?.abort(OVER);
        signal.removeEventListener("abort", onAbort);
        onDeath.delete(onLost);
        settle();
      };
      const onAbort = () => end(() => reject(signal.reason));
      const onLost = () => end(() => reject(lost(verb)));
      setMaxListeners(0, signal);
      signal.addEventListener("abort", onAbort, { once: true });
      onDeath.add(onLost);
      answer.then(
        (value) => end(() => resolve(value)),
        (error) => end(() => reject(error)),
      );
      if (deadlineMs > 0)
        void this.#expire(deadlineMs, wait).then((isLate) => isLate && end(() => reject(late(verb, deadlineMs))));
    });
  }

  /** @returns whether the deadline has passed */
  async #expire(deadlineMs: number, wait: Wait): Promise<boolean> {
    await nextTurn(); // most calls are over by then and need no timer
    if (wait.isOver) return false;
    wait.timer = new AbortController();
    return await this.#sleep(deadlineMs, wait.timer.signal).then(
      () => true,
      () => false,
    );
  }
}

interface Wait {
  isOver: boolean;
  timer: AbortController | undefined;
}

/** Given as the reason, since making one for each call takes time. */
const OVER = new Error("the call is over");

const never = () => new Promise<never>(() => undefined);

function fail(error: Error): never {
  throw error;
}

function isLate(fault: Fault | undefined): fault is Extract<Fault, { late: unknown }> {
  return typeof fault === "object" && "late" in fault;
}

function lost(verb: string): McpError {
  return new McpError("E_RUNTIME", `fake ${verb}: the connection to podman was lost`, { details: ANSWER_LOST });
}

function late(verb: string, deadlineMs: number): McpError {
  return new McpError("E_RUNTIME_TIMEOUT", `fake ${verb}: no answer within ${deadlineMs} ms`);
}
