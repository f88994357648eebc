/** Makes a definition from stored state: a file that `mcp plan` finds no difference in. Pure. */

import type { StoredDesired } from "../../bus/ports/operator-bus.ts";
import { specOf, stoppedHereOf } from "../../schemas/service/desired.ts";
import { diffSpecs } from "../../schemas/service/diff.ts";
import type { ServiceSpec } from "../../schemas/service/spec.ts";
import { hashOf } from "../../schemas/service/spec-hash.ts";
import { specToDefinition } from "../../schemas/service/spec-to-definition.ts";
import { McpError } from "../../values/error.ts";
import type { NodeName, ServiceName } from "../../values/names.ts";
import { parseDefinition } from "./read-definition.ts";
import { writeDefinition } from "./write-definition.ts";

export interface ExportedDefinition {
  readonly text: string;
  readonly nodes: readonly NodeName[];
  /** True when it contains values of env, which may be secrets. */
  readonly holdsEnv: boolean;
}

/**
 * @param stored the service on the nodes that the definition will name, without tombstones
 * @throws McpError E_CONFLICT when the specs of the nodes differ: one definition is for all of them
 */
export function exportDefinition(service: ServiceName, stored: readonly StoredDesired[]): ExportedDefinition {
  const [first, ...others] = stored.flatMap((one) => {
    const spec = specForAll(one, stored);
    return spec === undefined ? [] : [{ node: one.document.node, spec }];
  });
  if (first === undefined) throw new McpError("E_NOT_FOUND", `service "${service}" has been undeployed`);
  const odd = others.find(({ spec }) => hashOf(spec) !== hashOf(first.spec));
  if (odd !== undefined) throw differingError(service, first, odd);
  const nodes = [first.node, ...others.map(({ node }) => node)].sort();
  const text = writeDefinition(specToDefinition(first.spec, nodes));
  if (hashOf(parseDefinition(`${service}.toml`, text, service).spec) !== hashOf(first.spec)) {
    throw new McpError("E_BUG", `the definition of ${service} would differ from what is stored; nothing was written`);
  }
  return { text, nodes, holdsEnv: first.spec.components.some(({ env }) => Object.keys(env).length > 0) };
}

/** Without a stop on this node only: active as on the other nodes, or as before. */
function specForAll(one: StoredDesired, stored: readonly StoredDesired[]): ServiceSpec | undefined {
  const spec = specOf(one);
  if (spec === undefined || stoppedHereOf(one.document) === undefined) return spec;
  const others = stored.filter(({ document }) => stoppedHereOf(document) === undefined).map(specOf);
  return { ...spec, active: others.find((other) => other !== undefined)?.active ?? true };
}

interface OnNode {
  readonly node: NodeName;
  readonly spec: ServiceSpec;
}

function differingError(service: ServiceName, first: OnNode, odd: OnNode): McpError {
  const text = `${service} differs between ${first.node} and ${odd.node}; one definition is for all nodes`;
  return new McpError("E_CONFLICT", text, {
    hint: `name one node: \`mcp service export ${service}@${first.node}\``,
    details: { differences: diffSpecs(first.spec, odd.spec) },
  });
}
