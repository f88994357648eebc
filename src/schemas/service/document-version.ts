/**
 * Which version a desired document has. Agents drop unknown members silently, so one that does not know a key would run the
 * service without it and call it converged. The version makes it refuse the document instead.
 */
import type { ContainerDefinition } from "../container/definition.ts";
import { usedKeys } from "../container/rows.ts";
import type { DocumentVersion } from "./desired.ts";
import type { ServiceSpec } from "./spec.ts";

/** The highest version that this program reads. An agent says it in its presence. */
export const NEWEST_DOCUMENT: DocumentVersion = 2;

/** The lowest that says everything: what old agents can run, they are given. A tombstone has no spec to run. */
export function documentVersion(spec: ServiceSpec | undefined): DocumentVersion {
  return spec !== undefined && newKeys(spec).length > 0 ? 2 : 1;
}

/** The keys for which a document needs version 2, each once. */
export function newKeys(spec: ServiceSpec): (keyof ContainerDefinition)[] {
  return [...new Set(spec.components.flatMap(usedKeys))];
}
