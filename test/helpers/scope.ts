/**
 * When a helper's things end: with the test that asked for them, or at the latest with this process, so nothing leaks.
 * Every helper takes as its first argument the test's context `t`, or a `suiteScope()` for what a whole file or describe shares,
 * or undefined to end things by hand.
 */

import { after } from "node:test";

/** What helpers use of a `TestContext`. */
export interface Scope {
  after(cleanUp: () => void | Promise<void>): void;
}

/**
 * The scope of a file or of a describe block: call it there, not in a hook, and use it in `before`.
 * (node:test's own `after`, called within a `before`, runs as soon as that hook is done.) Ends in reverse order, all of it even when one end fails.
 */
export function suiteScope(): Scope {
  const ends: (() => void | Promise<void>)[] = [];
  after(async () => {
    const failures: unknown[] = [];
    for (const end of ends.reverse()) await Promise.resolve(end()).catch((error) => failures.push(error));
    if (failures.length > 0) throw failures[0];
  });
  return { after: (end) => void ends.push(end) };
}

/**
 * Runs `end` (once) when the scope ends, and `endNow`, which must be synchronous, if the process exits before.
 * Returns the function that ends it by hand; every call waits for the same end.
 */
export function endsWith(
  scope: Scope | undefined,
  end: () => void | Promise<void>,
  endNow: () => void,
): () => Promise<void> {
  process.once("exit", endNow);
  const state: { ended?: Promise<void> } = {};
  const once = () => {
    state.ended ??= Promise.resolve(end()).finally(() => process.off("exit", endNow));
    return state.ended;
  };
  scope?.after(once);
  return once;
}
