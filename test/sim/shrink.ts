/** Shrinks a failing schedule to few acts that still break the same rule: halves first, then one after the other. */
import type { Act } from "./acts.ts";
import type { Rule } from "./invariants.ts";
import { type Outcome, type Run, simulate } from "./simulate.ts";

/** @param run one that breaks the rule @returns the outcome of the smallest schedule that was found */
export async function shrink(run: Required<Run>, rule: Rule): Promise<Outcome> {
  let best = await simulate(run);
  for (let size = Math.ceil(best.acts.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < best.acts.length; ) {
      const tried = await simulate({ ...run, acts: without(best.acts, at, size) });
      if (tried.violation?.rule === rule) best = tried;
      else at += size;
    }
  }
  return best;
}

const without = (acts: readonly Act[], at: number, size: number) => [...acts.slice(0, at), ...acts.slice(at + size)];
