/** Nodes that still run a service although its definition no longer names them. */
import type { OperatorBus } from "../../bus/ports/operator-bus.ts";
import { isTombstone } from "../../schemas/service/desired.ts";
import type { NodeName } from "../../values/names.ts";
import type { DeployTarget } from "./read-deploy-target.ts";

/** Empty when the operator selected one node: the others are not the subject then. */
export async function staleNodes(bus: OperatorBus, { definition, spec, selector }: DeployTarget): Promise<NodeName[]> {
  if (selector.node !== undefined) return [];
  const all = await bus.listDesired({ service: spec.name });
  return all.flatMap(({ document }) =>
    isTombstone(document) || definition.nodes.includes(document.node) ? [] : [document.node],
  );
}
