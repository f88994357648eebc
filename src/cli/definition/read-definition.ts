/**
 * Reads a definition file into its checked spec: TOML, types and unknown keys, then the rules. Reports all problems at
 * once, each with line and column.
 */
import { basename } from "node:path";
import { readText } from "../../disk/read-text.ts";
import { validateDefinition, validateDraftDefinition } from "../../schemas/generated/validators.ts";
import type { ServiceDefinition } from "../../schemas/service/definition.ts";
import { COMPONENT_EXAMPLES, HEALTH_EXAMPLES, SERVICE_EXAMPLES } from "../../schemas/service/definition-examples.ts";
import type { DraftDefinition } from "../../schemas/service/draft-definition.ts";
import type { ServiceSpec } from "../../schemas/service/spec.ts";
import { checkShape, type Shape } from "../../toml/check-shape.ts";
import type { TomlDocument } from "../../toml/parse-toml.ts";
import { ProblemList } from "../../toml/problem-list.ts";
import { parseOrThrow, throwProblems } from "../../toml/read-checked.ts";
import { withoutPaths } from "../../toml/without-paths.ts";
import { McpError } from "../../values/error.ts";
import { isName, type NodeName } from "../../values/names.ts";
import type { Wrong } from "../../values/parsed.ts";
import { checkDefinition, checkNodeGiven } from "./check-definition.ts";

export interface Definition {
  readonly path: string;
  /** The whole file, with its comments. */
  readonly text: string;
  /** As the file has it, without defaults. */
  readonly definition: ServiceDefinition;
  readonly spec: ServiceSpec;
  /** The nodes of the service: `node`, or `nodes` in the order of the file. */
  readonly nodes: readonly NodeName[];
}

const SHAPE: Shape = {
  "": SERVICE_EXAMPLES,
  "components[]": COMPONENT_EXAMPLES,
  "components[].health": HEALTH_EXAMPLES,
};

/**
 * Reads and checks a definition.
 * @param name the name that the service must have: the name of a file in the services directory
 * @throws McpError E_NOT_FOUND when there is no such file; E_DEFINITION with `details: Problem[]`, in file order.
 */
export async function readDefinition(path: string, name?: string): Promise<Definition> {
  return parseDefinition(path, await readText(path, "E_DEFINITION"), name);
}

/** The same for a text that is already read; `path` is for messages. */
export function parseDefinition(path: string, text: string, name?: string): Definition {
  const document = parseOrThrow(path, text, "E_DEFINITION");
  const problems = new ProblemList(document);
  const wrongPaths = checkShape(document, validateDefinition, { shape: SHAPE, problems });
  const { spec, nodes } = checkDefinition(draftOf(document, wrongPaths), problems);
  checkNodeGiven(document.data, problems);
  if (name !== undefined && spec.name !== "" && spec.name !== name) {
    problems.add(["name"], otherName(spec.name, { file: basename(path), name }));
  }
  throwProblems(path, problems.all(), "E_DEFINITION");
  return { path, text, definition: definitionOf(document), spec, nodes };
}

function otherName(service: string, { file, name }: { readonly file: string; readonly name: string }): Wrong {
  const wrong = `is "${service}", but the name of the file is "${file}"`;
  // A file name that no service can have is the mistake, not the name in the file.
  return isName(name) ? { wrong, instead: `name = "${name}"` } : { wrong: `${wrong}: rename it to ${service}.toml` };
}

function draftOf(document: TomlDocument, wrongPaths: Parameters<typeof withoutPaths>[1]): DraftDefinition {
  const result = validateDraftDefinition(withoutPaths(document.data, wrongPaths));
  if (result.success) return result.data;
  throw new McpError("E_BUG", "a definition without its invalid parts does not validate");
}

function definitionOf(document: TomlDocument): ServiceDefinition {
  const result = validateDefinition(withoutPaths(document.data, []));
  if (result.success) return result.data;
  throw new McpError("E_BUG", "a definition without problems does not validate");
}
