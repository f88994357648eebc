/**
 * Waits for a condition instead of sleeping: the only place in the tests where time is waited for.
 */
import { setTimeout as sleep } from "node:timers/promises";

export interface EventuallyOptions {
  /** Deadline; default 10 s. */
  readonly timeoutMs?: number;
  /** What is waited for, for the message: "the container runs". */
  readonly what?: string;
  /** Pause between two looks; default 20 ms. */
  readonly intervalMs?: number;
}

/**
 * Calls `condition` until it returns something truthy, and returns that; a throw counts as "not yet".
 * Throws when the deadline passes, with the last value or error seen.
 */
export async function eventually<T>(condition: () => T | Promise<T>, options: EventuallyOptions = {}): Promise<T> {
  const { timeoutMs = 10_000, what = "the condition", intervalMs = 20 } = options;
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const outcome = await look(condition);
    if ("value" in outcome && outcome.value) return outcome.value;
    if (Date.now() >= deadline) throw tooLate(what, timeoutMs, outcome);
    await sleep(intervalMs);
  }
}

type Outcome<T> = { readonly value: T } | { readonly error: unknown };

async function look<T>(condition: () => T | Promise<T>): Promise<Outcome<T>> {
  try {
    return { value: await condition() };
  } catch (error) {
    return { error };
  }
}

function tooLate(what: string, timeoutMs: number, outcome: Outcome<unknown>): Error {
  const message = `${what}: not within ${timeoutMs} ms`;
  if ("error" in outcome)
    return new Error(`${message}; last error: ${String(outcome.error)}`, { cause: outcome.error });
  return new Error(`${message}; last value: ${JSON.stringify(outcome.value) ?? "undefined"}`);
}
