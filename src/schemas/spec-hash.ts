/**
 * Hashes over canonical JSON (RFC 8785): of a component spec, which labels its container and decides "same or
 * replace", and of a desired document, which names a state in lineages.
 */
import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import type { DesiredService } from "./desired.ts";
import type { ComponentSpec } from "./spec.ts";

/** SHA-256 of the canonical JSON of `value`, hexadecimal. */
export function hashOf(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError("not a JSON value");
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

/** 32 hexadecimal digits: enough for a label that is compared, never trusted. */
export function specHash(spec: ComponentSpec): string {
  return hashOf(containerPart(spec)).slice(0, 32);
}

/** Of all but the proof: signed again, it is the same state. */
export function documentHash({ proof: _, ...document }: DesiredService): string {
  return hashOf(document);
}
