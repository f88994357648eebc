/** Nodes that keep a service although its definition no longer names them. */
import type { OperatorBus } from "../../bus/ports/operator-bus.ts";
import { isTombstone } from "../../schemas/service/desired.ts";
import type { NodeName } from "../../values/names.ts";
import type { DeployTarget } from "./read-deploy-target.ts";

/** None when the operator named the node: then nothing is said about the others. */
export async function leftBehind(bus: OperatorBus, { definition, spec, selector }: DeployTarget): Promise<NodeName[]> {
  if (selector.node !== undefined) return [];
  const all = await bus.listDesired({ service: spec.name });
  return all.flatMap(({ document }) =>
    isTombstone(document) || definition.nodes.includes(document.node) ? [] : [document.node],
  );
}
