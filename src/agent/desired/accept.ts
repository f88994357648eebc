/**
 * Which desired documents a node accepts: never destroy on doubt. Pure. A document is accepted only when it is
 * addressed to this key, above the floor (the highest state accepted), and based on that floor or a later state,
 * or when its author named the floor and forced it. Any other document changes nothing on the node.
 */
import { type DesiredService, MAX_GENERATION_STEP, type StateRef } from "../../schemas/service/desired.ts";
import type { NodeName, ServiceName } from "../../values/names.ts";

export type Verdict =
  | { readonly kind: "accepted" }
  /** The state that is accepted already. */
  | { readonly kind: "same" }
  /** The bus holds something older or from another lineage: the accepted state keeps running. */
  | { readonly kind: "regressed"; readonly reason: string }
  /** Not a document for this node: the accepted state keeps running. */
  | { readonly kind: "refused"; readonly reason: string };

export interface JudgeFacts {
  readonly node: NodeName;
  readonly service: ServiceName;
  readonly document: DesiredService;
  readonly hash: string;
  /** Undefined before the first document of this service was accepted. */
  readonly floor: StateRef | undefined;
}

export function judgeGeneration(judgment: JudgeFacts): Verdict {
  const refusal = misaddressed(judgment) ?? implausible(judgment);
  if (refusal !== undefined) return { kind: "refused", reason: refusal };
  const { document, hash, floor } = judgment;
  if (floor === undefined) return { kind: "accepted" };
  if (document.generation === floor.generation && hash === floor.hash) return { kind: "same" };
  if (document.generation <= floor.generation) return { kind: "regressed", reason: older(document, floor) };
  if (isBuiltOn(document, floor)) return { kind: "accepted" };
  const base = document.base === null ? "nothing" : `generation ${document.base.generation}`;
  return {
    kind: "regressed",
    reason: `generation ${document.generation} is based on ${base}, not on the accepted generation ${floor.generation}`,
  };
}

function misaddressed({ document, node, service }: JudgeFacts): string | undefined {
  if (document.node === node && document.service === service) return undefined;
  return `it is addressed to ${document.service}@${document.node}`;
}

function implausible({ document, floor }: JudgeFacts): string | undefined {
  const { generation, base } = document;
  if (!Number.isSafeInteger(generation) || generation < 1)
    return `generation ${generation} is not a valid generation number`;
  if (base !== null && !(base.generation < generation)) {
    return `generation ${generation} says that it is based on generation ${base.generation}`;
  }
  // The author claims the base; it counts only if this node has not accepted anything itself.
  const known = floor?.generation ?? base?.generation ?? 0;
  if (generation - known <= MAX_GENERATION_STEP) return undefined;
  return `generation ${generation} is more than ${MAX_GENERATION_STEP} above ${known}`;
}

function older(document: DesiredService, floor: StateRef): string {
  if (document.generation < floor.generation) {
    return `the bus holds generation ${document.generation}, older than the accepted generation ${floor.generation}`;
  }
  return `the bus holds another document of generation ${floor.generation} than the accepted one`;
}

function isBuiltOn(document: DesiredService, floor: StateRef): boolean {
  const isFloor = (ref: StateRef | null | undefined) => ref?.generation === floor.generation && ref.hash === floor.hash;
  if (isFloor(document.base) || isFloor(document.force)) return true;
  return document.base !== null && document.base.generation > floor.generation;
}
