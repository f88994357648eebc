/**
 * A definition file → its checked spec. File, TOML, types and unknown keys, then the rules; whatever is wrong is told
 * at once, each with line and column.
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
import { without } from "../../toml/without.ts";
import { McpError } from "../../values/error.ts";
import type { NodeName } from "../../values/names.ts";
import { checkDefinition, checkNodeGiven } from "./check-definition.ts";

export interface Definition {
  readonly path: string;
  /** The file as it is, comments and all. */
  readonly text: string;
  /** In the file's own words. */
  readonly definition: ServiceDefinition;
  readonly spec: ServiceSpec;
  /** Where it runs: `node`, or `nodes` in the order of the file. */
  readonly nodes: readonly NodeName[];
}

const SHAPE: Shape = {
  "": SERVICE_EXAMPLES,
  "components[]": COMPONENT_EXAMPLES,
  "components[].health": HEALTH_EXAMPLES,
};

/**
 * Reads and checks a definition. `name` is what the service must be called, where the file's name says it.
 * @throws McpError E_NOT_FOUND when there is no such file; E_DEFINITION with `details: Problem[]`, in file order.
 */
export async function readDefinition(path: string, name?: string): Promise<Definition> {
  return parseDefinition(path, await readText(path, "E_DEFINITION"), name);
}

/** The same for text that was read already; `path` names it in messages. */
export function parseDefinition(path: string, text: string, name?: string): Definition {
  const document = parseOrThrow(path, text, "E_DEFINITION");
  const problems = new ProblemList(document);
  const wrongPaths = checkShape(document, validateDefinition, { shape: SHAPE, problems });
  const { spec, nodes } = checkDefinition(draftOf(document, wrongPaths), problems);
  checkNodeGiven(document.data, problems);
  if (name !== undefined && spec.name !== "" && spec.name !== name) {
    problems.add(["name"], {
      wrong: `is "${spec.name}", yet the file is called ${basename(path)}`,
      instead: `name = "${name}"`,
    });
  }
  throwProblems(path, problems.all(), "E_DEFINITION");
  return { path, text, definition: definitionOf(document), spec, nodes };
}

function draftOf(document: TomlDocument, wrongPaths: Parameters<typeof without>[1]): DraftDefinition {
  const result = validateDraftDefinition(without(document.data, wrongPaths));
  if (result.success) return result.data;
  throw new McpError("E_BUG", "a definition without its wrong parts does not validate");
}

function definitionOf(document: TomlDocument): ServiceDefinition {
  const result = validateDefinition(without(document.data, []));
  if (result.success) return result.data;
  throw new McpError("E_BUG", "a definition without problems does not validate");
}
