/**
 * The rules of a definition that types cannot express, and the spec that it becomes. Collects every problem, so that all
 * are reported at once; the spec is valid only when there is no problem.
 */

import { MAX_COMPONENTS, MAX_NODES, SERVICE_DEFAULTS } from "../../schemas/service/definition-defaults.ts";
import type { DraftComponent, DraftDefinition } from "../../schemas/service/draft-definition.ts";
import type { ServiceSpec } from "../../schemas/service/spec.ts";
import { MAX_DOCUMENT_BYTES } from "../../schemas/wire/buckets.ts";
import type { ProblemList } from "../../toml/problem-list.ts";
import type { NodeName } from "../../values/names.ts";
import { checkComponent } from "./check-component.ts";
import { checkDependencies } from "./check-dependencies.ts";
import { checkPorts } from "./check-ports.ts";
import { parseName } from "./parse-name.ts";
import { TableCheck } from "./table-check.ts";

export interface CheckedDefinition {
  readonly spec: ServiceSpec;
  readonly nodes: readonly NodeName[];
}

/** Room that a document needs in addition to its spec: header, author, message, signature. */
const HEADER_BYTES = 8 * 1024;

export function checkDefinition(draft: DraftDefinition, problems: ProblemList): CheckedDefinition {
  const name = draft.name === undefined ? "" : problems.take(["name"], parseName(draft.name), "");
  const drafts = draft.components ?? [];
  checkCount(draft, problems);
  const spec: ServiceSpec = {
    name,
    active: draft.active ?? SERVICE_DEFAULTS.active,
    drift: draft.drift ?? SERVICE_DEFAULTS.drift,
    components: drafts.map((component, index) => {
      return checkComponent(component, name, new TableCheck(problems, ["components", index]));
    }),
  };
  checkUnique(drafts, problems);
  checkDependencies(drafts, problems);
  checkPorts(drafts, problems);
  checkSize(spec, problems);
  return { spec, nodes: checkNodes(draft, problems) };
}

function checkCount({ components }: DraftDefinition, problems: ProblemList): void {
  if (components === undefined) return;
  if (components.length === 0) {
    problems.add(["components"], { wrong: "a service has at least one component", example: "[[components]]" });
  }
  if (components.length > MAX_COMPONENTS) {
    problems.add(["components", MAX_COMPONENTS], { wrong: `a service has at most ${MAX_COMPONENTS} components` });
  }
}

/** The nodes in the order of the file, which has either `node` or `nodes`. */
function checkNodes({ node, nodes }: DraftDefinition, problems: ProblemList): NodeName[] {
  if (node !== undefined && nodes !== undefined) {
    problems.add(["nodes"], { wrong: "has both node and nodes: keep one of them" });
  }
  if (node !== undefined) return [problems.take(["node"], parseName(node), "")];
  const names = nodes ?? [];
  if (nodes !== undefined && nodes.length === 0) problems.add(["nodes"], { wrong: "names no node", example: NODES });
  if (names.length > MAX_NODES) problems.add(["nodes"], { wrong: `names more than ${MAX_NODES} nodes` });
  return names.map((name, index) => {
    if (names.indexOf(name) < index) problems.add(["nodes", index], { wrong: `"${name}" is named twice` });
    return problems.take(["nodes", index], parseName(name), "");
  });
}

const NODES = 'nodes = ["rift", "orion"]';

/** A check of its own, since a `node` of the wrong type is not a missing one. */
export function checkNodeGiven(data: Readonly<Record<string, unknown>>, problems: ProblemList): void {
  if (Object.hasOwn(data, "node") || Object.hasOwn(data, "nodes")) return;
  problems.add(["node"], { wrong: "names neither node nor nodes", example: 'node = "rift"' });
}

function checkUnique(drafts: readonly DraftComponent[], problems: ProblemList): void {
  for (const [index, { name }] of drafts.entries()) {
    const first = drafts.findIndex((other) => other.name === name);
    if (name === undefined || first === index) continue;
    const line = problems.lineOf(["components", first, "name"]);
    problems.add(["components", index, "name"], {
      wrong: `the component on line ${line} already has the name "${name}"`,
    });
  }
}

function checkSize(spec: ServiceSpec, problems: ProblemList): void {
  const bytes = Buffer.byteLength(JSON.stringify(spec));
  const most = MAX_DOCUMENT_BYTES - HEADER_BYTES;
  if (bytes > most) problems.add([], { wrong: `is too large: ${bytes} bytes as a document; the limit is ${most}` });
}
