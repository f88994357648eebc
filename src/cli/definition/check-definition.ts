/**
 * The rules of a definition that types cannot say, and the spec it becomes. Notes what is wrong and goes on, so that
 * all of it is told at once; the spec counts only when nothing was noted.
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

/** Room that a document needs beside its spec: header, author, message, signature. */
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
    problems.add(["components"], { wrong: "a service has at least one component", instead: "[[components]]" });
  }
  if (components.length > MAX_COMPONENTS) {
    problems.add(["components", MAX_COMPONENTS], { wrong: `a service has at most ${MAX_COMPONENTS} components` });
  }
}

/** The nodes in the order given. Exactly one of `node` and `nodes` says them. */
function checkNodes({ node, nodes }: DraftDefinition, problems: ProblemList): NodeName[] {
  if (node !== undefined && nodes !== undefined) {
    problems.add(["nodes"], { wrong: "node and nodes exclude each other: keep one of them" });
  }
  if (node !== undefined) return [problems.take(["node"], parseName(node), "")];
  const places = nodes ?? [];
  if (nodes !== undefined && nodes.length === 0) problems.add(["nodes"], { wrong: "names no node", instead: NODES });
  if (places.length > MAX_NODES) problems.add(["nodes"], { wrong: `names more than ${MAX_NODES} nodes` });
  return places.map((place, index) => {
    if (places.indexOf(place) < index) problems.add(["nodes", index], { wrong: `"${place}" is named twice` });
    return problems.take(["nodes", index], parseName(place), "");
  });
}

const NODES = 'nodes = ["rift", "orion"]';

/** Said apart from the rest, since a wrongly typed `node` is no missing one. */
export function checkNodeGiven(data: Readonly<Record<string, unknown>>, problems: ProblemList): void {
  if (Object.hasOwn(data, "node") || Object.hasOwn(data, "nodes")) return;
  problems.add(["node"], { wrong: "names neither node nor nodes to run on", instead: 'node = "rift"' });
}

function checkUnique(drafts: readonly DraftComponent[], problems: ProblemList): void {
  for (const [index, { name }] of drafts.entries()) {
    const first = drafts.findIndex((other) => other.name === name);
    if (name === undefined || first === index) continue;
    const line = problems.lineOf(["components", first, "name"]);
    problems.add(["components", index, "name"], { wrong: `the component on line ${line} is called "${name}" already` });
  }
}

function checkSize(spec: ServiceSpec, problems: ProblemList): void {
  const bytes = Buffer.byteLength(JSON.stringify(spec));
  const most = MAX_DOCUMENT_BYTES - HEADER_BYTES;
  if (bytes > most) problems.add([], { wrong: `is too large: ${bytes} bytes as a document, ${most} are allowed` });
}
