/**
 * Plans and writes the definition file of an adoption: creates a missing file, extends one that only lacks the adopted
 * components, and leaves one alone that differs. It never overwrites what a person wrote.
 */
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { replacePrivateText, replaceText } from "../../disk/replace-text.ts";
import type { AdoptFileOutcome } from "../../schemas/output/adopt-output.ts";
import type { ServiceSpec } from "../../schemas/service/spec.ts";
import { hashOf } from "../../schemas/service/spec-hash.ts";
import { specToDefinition } from "../../schemas/service/spec-to-definition.ts";
import { hasCode } from "../../values/error.ts";
import type { ComponentName, NodeName } from "../../values/names.ts";
import { definitionPath } from "../definition/find-definition.ts";
import { type Definition, parseDefinition, readDefinition } from "../definition/read-definition.ts";
import { schemaLine } from "../definition/schema-line.ts";
import { writeDefinition } from "../definition/write-definition.ts";

export interface AdoptionFile {
  readonly path: string;
  readonly outcome: AdoptFileOutcome;
  /** The text to write; undefined if the file is not changed. */
  readonly text: string | undefined;
  /** The current text; undefined if there is no file. */
  readonly old: string | undefined;
  readonly isPrivate: boolean;
}

export interface AdoptionTarget {
  readonly servicesDir: string;
  readonly node: NodeName;
  /** The nodes for a new file: all that have the same spec. */
  readonly nodes: readonly NodeName[];
  /** The stored spec, or the one to be stored. */
  readonly spec: ServiceSpec;
  /** The components that were adopted, now or earlier. A file that lacks only these is outdated, not different. */
  readonly adopted: ReadonlySet<ComponentName>;
}

/** @throws McpError E_DEFINITION if the existing file is not valid */
export async function planFile({ servicesDir, ...target }: AdoptionTarget): Promise<AdoptionFile> {
  const { node, nodes, spec } = target;
  const path = definitionPath(servicesDir, spec.name);
  const isPrivate = spec.components.some(({ env }) => Object.keys(env).length > 0);
  const existing = await readIfThere(path, spec.name);
  if (existing === undefined) {
    const text = (await schemaLine()) + writeDefinition(specToDefinition(spec, nodes));
    return { path, outcome: "created", text, old: undefined, isPrivate };
  }
  const old = existing.text;
  if (existing.nodes.includes(node) && hashOf(existing.spec) === hashOf(spec)) {
    return { path, outcome: "unchanged", text: undefined, old, isPrivate };
  }
  const text = extended(existing, target);
  return { path, outcome: text === undefined ? "kept" : "extended", text, old, isPrivate };
}

/** @throws McpError E_CONFLICT if the file changed since it was read, E_FILE */
export async function writeFile({ path, text, old, isPrivate }: AdoptionFile): Promise<void> {
  if (text === undefined) return;
  if (old === undefined) await mkdir(dirname(path), { recursive: true });
  await (isPrivate ? replacePrivateText : replaceText)(path, text, old);
}

async function readIfThere(path: string, service: string): Promise<Definition | undefined> {
  try {
    return await readDefinition(path, service);
  } catch (error) {
    if (hasCode(error, "E_NOT_FOUND")) return undefined;
    throw error;
  }
}

/** The file with the new components as tables at its end; undefined if that is not `spec`, or not for this node only. */
function extended(
  { path, text, spec: before, nodes }: Definition,
  { node, spec, adopted }: Omit<AdoptionTarget, "servicesDir">,
): string | undefined {
  const defined = new Set(before.components.map(({ name }) => name));
  const added = spec.components.filter(({ name }) => !defined.has(name));
  if (!added.every(({ name }) => adopted.has(name)) || nodes.length !== 1 || nodes[0] !== node) return undefined;
  const tables = writeDefinition(specToDefinition({ ...spec, components: added }, [node]));
  const longer = `${text.trimEnd()}\n${tables.slice(tables.indexOf("\n[[components]]"))}`;
  try {
    return hashOf(parseDefinition(path, longer, spec.name).spec) === hashOf(spec) ? longer : undefined;
  } catch (error) {
    if (hasCode(error, "E_DEFINITION")) return undefined; // the file writes components in another form
    throw error;
  }
}
