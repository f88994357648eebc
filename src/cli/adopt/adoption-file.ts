/**
 * What becomes of the definition file: written where there is none, extended where it only lacks what is adopted, and
 * left alone where it says otherwise. Nothing that a person wrote is ever overwritten.
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
  /** The text to write; undefined when the file stays as it is. */
  readonly text: string | undefined;
  /** What the file holds now; undefined when there is none. */
  readonly old: string | undefined;
  readonly isPrivate: boolean;
}

export interface AdoptionTarget {
  readonly servicesDir: string;
  readonly node: NodeName;
  /** The nodes that a new file names: all that have the same. */
  readonly nodes: readonly NodeName[];
  /** What is stored, or will be. */
  readonly spec: ServiceSpec;
  /** The components that were adopted, now or before: a file that lacks only such ones is behind, not different. */
  readonly adopted: ReadonlySet<ComponentName>;
}

/** @throws McpError E_DEFINITION when the file that is there is none */
export async function planFile({ servicesDir, ...target }: AdoptionTarget): Promise<AdoptionFile> {
  const { node, nodes, spec } = target;
  const path = definitionPath(servicesDir, spec.name);
  const isPrivate = spec.components.some(({ env }) => Object.keys(env).length > 0);
  const there = await readIfThere(path, spec.name);
  if (there === undefined) {
    const text = (await schemaLine()) + writeDefinition(specToDefinition(spec, nodes));
    return { path, outcome: "created", text, old: undefined, isPrivate };
  }
  const old = there.text;
  if (there.nodes.includes(node) && hashOf(there.spec) === hashOf(spec)) {
    return { path, outcome: "unchanged", text: undefined, old, isPrivate };
  }
  const text = extended(there, target);
  return { path, outcome: text === undefined ? "kept" : "extended", text, old, isPrivate };
}

/** @throws McpError E_CONFLICT when the file changed since it was looked at, E_FILE */
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

/** The new components as tables at the end of the file; undefined where that would not say `spec`, or not of this node alone. */
function extended(
  { path, text, spec: before, nodes }: Definition,
  { node, spec, adopted }: Omit<AdoptionTarget, "servicesDir">,
): string | undefined {
  const known = new Set(before.components.map(({ name }) => name));
  const added = spec.components.filter(({ name }) => !known.has(name));
  if (!added.every(({ name }) => adopted.has(name)) || nodes.length !== 1 || nodes[0] !== node) return undefined;
  const tables = writeDefinition(specToDefinition({ ...spec, components: added }, [node]));
  const longer = `${text.trimEnd()}\n${tables.slice(tables.indexOf("\n[[components]]"))}`;
  try {
    return hashOf(parseDefinition(path, longer, spec.name).spec) === hashOf(spec) ? longer : undefined;
  } catch (error) {
    if (hasCode(error, "E_DEFINITION")) return undefined; // components were written in another form
    throw error;
  }
}
