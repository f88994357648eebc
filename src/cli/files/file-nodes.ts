/** The nodes for push and pull: those with desired state of the service, otherwise those of its definition. */
import type { OperatorBus } from "../../bus/ports/operator-bus.ts";
import { isTombstone } from "../../schemas/service/desired.ts";
import { scopeError } from "../../trust/scope-error.ts";
import { hasCode, McpError } from "../../values/error.ts";
import type { NodeName, Selector } from "../../values/names.ts";
import { findDefinition } from "../definition/find-definition.ts";
import { readNodes, requireNode } from "../fleet/fleet.ts";
import { resolveSelector } from "../fleet/select.ts";
import { livenessOf } from "../status/node-liveness.ts";
import { livenessText } from "../status/reason.ts";

export interface NodeSearch {
  readonly selector: Selector;
  readonly servicesDir: string;
}

/** At least one. @throws McpError E_REFUSED, E_NOT_FOUND with the nearest name, E_NODE_UNREACHABLE for a node that is not online */
export async function nodesForFiles(bus: OperatorBus, search: NodeSearch): Promise<NodeName[]> {
  const nodes = await candidates(bus, search);
  for (const node of nodes) {
    const { service } = search.selector;
    const refusal = bus.rights && scopeError(bus.rights, { verb: "move files of", service, node });
    if (refusal !== undefined) throw refusal;
    const nodeLiveness = livenessOf(node, await bus.readPresence(node));
    if (nodeLiveness.liveness !== "online") {
      throw new McpError("E_NODE_UNREACHABLE", `${livenessText(nodeLiveness)}: files need a node that is online`);
    }
  }
  return nodes;
}

async function candidates(bus: OperatorBus, { selector, servicesDir }: NodeSearch): Promise<NodeName[]> {
  const { service, node } = selector;
  const documents = (await bus.listDesired({ service })).filter(({ document }) => !isTombstone(document));
  const desired = documents.map(({ document }) => document.node);
  if (node !== undefined) {
    if (!desired.includes(node)) requireNode(node, await readNodes(bus));
    return [node];
  }
  if (desired.length > 0) return desired;
  try {
    return [...(await findDefinition(servicesDir, service)).nodes];
  } catch (error) {
    if (!hasCode(error, "E_NOT_FOUND")) throw error;
    await resolveSelector(bus, selector); // its error names the nearest service
    throw error;
  }
}

/** @throws McpError E_USAGE for several nodes */
export function requireOneNode({ service }: Selector, nodes: readonly NodeName[]): NodeName {
  const [node] = nodes;
  if (node !== undefined && nodes.length === 1) return node;
  throw new McpError("E_USAGE", `${service} is on ${nodes.join(", ")}`, {
    hint: `name one: ${service}@${node ?? "node"}`,
  });
}
