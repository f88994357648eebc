/**
 * Decides which images of a node to remove: those that no container uses and none of the last generations of its services
 * names, so that `mcp rollback` needs no registry. Pure. Images that no generation ever named belong to somebody else.
 */

import type { KeptImage, PrunedImage } from "../../schemas/output/node-output.ts";
import { type DesiredService, isTombstone } from "../../schemas/service/desired.ts";
import type { NodeImage } from "../../schemas/wire/live-container.ts";
import { needsImage } from "../../schemas/wire/needs-image.ts";
import type { NodeName, ServiceName } from "../../values/names.ts";

export interface PruneFacts {
  readonly node: NodeName;
  readonly images: readonly NodeImage[];
  /** The stored generations of each service of the node, oldest first. */
  readonly histories: readonly (readonly DesiredService[])[];
}

export interface PruneRequest {
  /** How many generations of each service keep their images; at least 1. */
  readonly keep: number;
  /** Also images that no generation ever named. */
  readonly all: boolean;
}

export interface PrunePlan {
  readonly removed: readonly PrunedImage[];
  readonly kept: readonly KeptImage[];
}

export function planPrune(facts: PruneFacts, request: PruneRequest): PrunePlan {
  const decided = facts.images.map((image) => {
    const { id, references, sizeBytes } = image;
    return { node: facts.node, id, references, sizeBytes, reason: reasonToKeep(image, facts, request) };
  });
  return {
    removed: decided.flatMap(({ reason, ...image }) => (reason === undefined ? [image] : [])),
    kept: decided.flatMap(({ reason, ...image }) => (reason === undefined ? [] : [{ ...image, reason }])),
  };
}

function reasonToKeep(image: NodeImage, { histories }: PruneFacts, { keep, all }: PruneRequest): string | undefined {
  if (image.usedBy.length > 0) return `used by ${image.usedBy.join(", ")}`;
  const recent = histories.flatMap((history) => history.filter(hasSpec).slice(-keep));
  const needed = recent.find((document) => names(document, image));
  if (needed !== undefined) return neededBy(needed);
  const isOurs = histories.flat().some((document) => names(document, image));
  return isOurs || all ? undefined : "no generation ever named it; --all removes it";
}

function neededBy({ service, generation }: { service: ServiceName; generation: number }): string {
  return `named by generation ${generation} of ${service}`;
}

function hasSpec(document: DesiredService): boolean {
  return !isTombstone(document) || document.retired !== undefined;
}

function names(document: DesiredService, image: NodeImage): boolean {
  const spec = isTombstone(document) ? document.retired : document.spec;
  return spec?.components.some((component) => needsImage(component.image, image)) ?? false;
}
