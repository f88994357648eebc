/**
 * Hashes over canonical JSON (RFC 8785): of a component spec, which labels its container and decides "same or
 * replace", and of a desired document, which names a state in lineages.
 */
import { createHash } from "node:crypto";
import { canonicalText } from "../../values/canonical.ts";
import type { DesiredService } from "./desired.ts";
import type { ComponentSpec, ServiceSpec } from "./spec.ts";

/** SHA-256 of the canonical JSON of `value`, hexadecimal. */
export function hashOf(value: unknown): string {
  return hashOfText(canonicalText(value));
}

function hashOfText(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/**
 * The part of a component spec that a container is made from. What only the agent uses (order, waiting, health) is
 * left out: changing it needs no new container.
 */
export function containerPart(
  spec: ComponentSpec,
): Omit<ComponentSpec, "dependsOn" | "minUpMs" | "overlap" | "pull" | "health"> {
  const { dependsOn: _d, minUpMs: _m, overlap: _o, pull: _p, health: _h, ...part } = spec;
  return part;
}

/**
 * 32 hexadecimal digits: enough for a label that is compared, never trusted. Worked out once for each object: an agent
 * asks for those of the same specs in every pass, a sync for those of thousands of documents several times.
 */
export const specHash = onceEach((spec: ComponentSpec): string => hashOf(containerPart(spec)).slice(0, 32));

/** SHA-256 of a service's spec, hexadecimal: a sync compares one definition with the state of a thousand nodes. */
export const serviceHash = onceEach((spec: ServiceSpec): string => hashOf(spec));

/** Canonical JSON of a document but for its proof: what is hashed, and what is signed. @throws as canonicalText */
export const unsignedText = onceEach((document: DesiredService) => canonicalText({ ...document, proof: undefined }));

/** Of all but the proof: signed again, it is the same state. */
export const documentHash = onceEach((document: DesiredService): string => hashOfText(unsignedText(document)));

/** Remembers for each object, as long as it lives; none of ours is ever changed. */
function onceEach<T extends object>(hash: (value: T) => string): (value: T) => string {
  const known = new WeakMap<T, string>();
  return (value) => {
    const before = known.get(value);
    if (before !== undefined) return before;
    const now = hash(value);
    known.set(value, now);
    return now;
  };
}
