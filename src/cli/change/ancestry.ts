/**
 * The proof that a new document descends from what its node accepted: every state from the stored document down to the
 * accepted one. Documents name these states themselves; for those of 0.1, which name only their base, the bucket's history
 * is followed, hash by hash. Pure.
 */
import type { DesiredService, StateRef } from "../../schemas/service/desired.ts";
import { fitsDocument, isSameState, namedAncestors, namesAncestor } from "../../schemas/service/lineage.ts";
import { documentHash } from "../../schemas/service/spec-hash.ts";

export function refOf(document: DesiredService): StateRef {
  return { generation: document.generation, hash: documentHash(document) };
}

/** True when only the history can show that the stored document descends from the accepted state. */
export function needsHistory(stored: DesiredService | undefined, accepted: StateRef | undefined): boolean {
  if (stored === undefined || accepted === undefined || accepted.generation >= stored.generation) return false;
  return !namesAncestor(stored, accepted);
}

/**
 * The states below `stored`, newest first, down to `floor`; empty when `stored` is that state.
 * @param history stored documents of the service, in any order
 * @returns undefined when nothing proves that `stored` descends from `floor`
 */
export function ancestryOf(
  stored: DesiredService,
  floor: StateRef,
  history: readonly DesiredService[] = [],
): readonly StateRef[] | undefined {
  if (isSameState(refOf(stored), floor)) return [];
  const documents = new Map(history.map((document) => [keyOf(refOf(document)), document]));
  const found = new Map<string, StateRef>();
  const queue = [stored];
  for (let document = queue.pop(); document !== undefined; document = queue.pop()) {
    for (const ref of namedAncestors(document)) {
      if (ref.generation < floor.generation || found.has(keyOf(ref))) continue;
      found.set(keyOf(ref), ref);
      const below = documents.get(keyOf(ref));
      if (below !== undefined) queue.push(below);
    }
  }
  return found.has(keyOf(floor)) ? newestFirst(found.values()) : undefined;
}

/** What fits of the states that `stored` names, newest first: for a node that never reported what it accepted. */
export function carriedAncestry(stored: DesiredService | undefined): readonly StateRef[] {
  const all = stored === undefined ? [] : newestFirst(namedAncestors(stored));
  let count = all.length;
  while (!fitsDocument(all.slice(0, count))) count -= 1;
  return all.slice(0, count);
}

function keyOf({ generation, hash }: StateRef): string {
  return `${generation} ${hash}`;
}

function newestFirst(refs: Iterable<StateRef>): StateRef[] {
  return [...refs].map(({ generation, hash }) => ({ generation, hash })).sort((a, b) => b.generation - a.generation);
}
