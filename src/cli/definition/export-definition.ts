/** A definition made from what the bus holds: the file that plans to nothing. Pure. */

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
  /** True when it holds values of env, which may be secrets. */
  readonly holdsEnv: boolean;
}

/**
 * @param stored the service on the nodes that the definition shall name, no tombstones
 * @throws McpError E_CONFLICT when the nodes differ: one definition says the same for all
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
    throw new McpError("E_BUG", `the definition of ${service} would not say what is stored; nothing was written`);
  }
  return { text, nodes, holdsEnv: first.spec.components.some(({ env }) => Object.keys(env).length > 0) };
}

/** Without what is said for its node alone: there it is active as on the others, or was before. */
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
  const text = `${service} is not the same on ${first.node} and ${odd.node}, and one definition says the same for all`;
  return new McpError("E_CONFLICT", text, {
    hint: `name one of them: \`mcp service export ${service}@${first.node}\``,
    details: { differences: diffSpecs(first.spec, odd.spec) },
  });
}
