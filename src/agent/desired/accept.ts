/**
 * Which desired documents a node accepts: never destroy on doubt. Pure. A document is accepted only when it is
 * addressed to this key, above the floor (the highest state accepted), and its author names the floor among the states
 * that it replaces: as its base, in its ancestry, or by force. Any other document changes nothing on the node.
 */
import {
  type DesiredService,
  MAX_GENERATION,
  MAX_GENERATION_STEP,
  type StateRef,
} from "../../schemas/service/desired.ts";
import { fitsDocument, isSuccessor } from "../../schemas/service/lineage.ts";
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
  /** The document of the floor. */
  readonly accepted: DesiredService | undefined;
}

export function judgeGeneration(judgment: JudgeFacts): Verdict {
  const refusal = misaddressed(judgment) ?? implausible(judgment);
  if (refusal !== undefined) return { kind: "refused", reason: refusal };
  const { document, hash, floor, accepted } = judgment;
  if (floor === undefined) return { kind: "accepted" };
  if (document.generation === floor.generation && hash === floor.hash) return { kind: "same" };
  if (document.generation <= floor.generation) return { kind: "regressed", reason: older(document, floor) };
  if (isSuccessor(document, floor, accepted)) return { kind: "accepted" };
  return { kind: "regressed", reason: unproven(document, floor) };
}

function misaddressed({ document, node, service }: JudgeFacts): string | undefined {
  if (document.node === node && document.service === service) return undefined;
  return `it is addressed to ${document.service}@${document.node}`;
}

function implausible({ document, floor }: JudgeFacts): string | undefined {
  const { generation, base, ancestry = [] } = document;
  if (!Number.isSafeInteger(generation) || generation < 1 || generation > MAX_GENERATION)
    return `generation ${generation} is not a valid generation number`;
  if (base !== null && !(base.generation < generation)) {
    return `generation ${generation} says that it is based on generation ${base.generation}`;
  }
  if (!fitsDocument(ancestry)) return "its ancestry is longer than a document may have";
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

function unproven({ generation, base }: DesiredService, floor: StateRef): string {
  const upon = base === null ? "nothing" : `generation ${base.generation}`;
  return (
    `generation ${generation} is based on ${upon} and does not descend from the accepted generation ${floor.generation}; ` +
    "`mcp sync --reseed` compares both"
  );
}
