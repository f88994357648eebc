/**
 * Lineage: which states a document replaces. Its author signs them by generation and hash: its base, what it overrides by
 * force, and its ancestry. A generation alone proves nothing, because a bus that was restored from an old backup counts
 * the same numbers again. Pure.
 */
import type { DesiredService, StateRef } from "./desired.ts";

/** Most entries of an ancestry. */
export const MAX_ANCESTRY = 256;
/** Most bytes of an ancestry as JSON. */
export const MAX_ANCESTRY_BYTES = 16 * 1024;

type Lineage = Pick<DesiredService, "base" | "force" | "ancestry">;

export function isSameState(one: StateRef | null | undefined, other: StateRef | null | undefined): boolean {
  return one?.generation === other?.generation && one?.hash === other?.hash;
}

/** Every state that the document says it replaces, in no particular order. */
export function namedAncestors({ base, force, ancestry = [] }: Lineage): StateRef[] {
  return [base, force, ...ancestry].filter((ref) => ref !== null && ref !== undefined);
}

/** True when the document names this state among those that it replaces. */
export function namesAncestor(document: Lineage, state: StateRef): boolean {
  return namedAncestors(document).some((ref) => isSameState(ref, state));
}

/**
 * True when a node that accepted `floor` may take the document as its successor. Documents of 0.1 name no ancestry: a
 * higher base is enough for them while the accepted document is of 0.1 too, so that an upgrade alone blocks no node.
 */
export function isSuccessor(document: Lineage, floor: StateRef, accepted: Lineage | undefined): boolean {
  if (namesAncestor(document, floor)) return true;
  const areOld = document.ancestry === undefined && accepted?.ancestry === undefined;
  return areOld && document.base !== null && document.base.generation > floor.generation;
}

/** True when the ancestry fits into a document. */
export function fitsDocument(ancestry: readonly StateRef[]): boolean {
  return ancestry.length <= MAX_ANCESTRY && JSON.stringify(ancestry).length <= MAX_ANCESTRY_BYTES;
}
