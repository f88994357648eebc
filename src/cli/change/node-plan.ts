/** What deploying would change on one node, and why it would be refused. */
import type { OperatorBus } from "../../bus/ports/operator-bus.ts";
import type { NodePlan, PlanOutput } from "../../schemas/output/json-change-output.ts";
import { McpError } from "../../values/error.ts";
import { present } from "../../values/present.ts";
import { styled } from "../output/cell.ts";
import type { Output } from "../output/output.ts";
import { differenceLine } from "../output/words.ts";
import { livenessOf } from "../status/node-liveness.ts";
import { changeRequestFor } from "./change-request.ts";
import { makeChange, type Signature } from "./make-change.ts";
import type { DeployTarget } from "./read-deploy-target.ts";
import { type NodeSurvey, requireKnownNode } from "./read-snapshot.ts";

export interface PlanPorts {
  readonly bus: OperatorBus;
  readonly signed: Signature;
}

/** @throws McpError E_NOT_FOUND, E_DEFINITION as wishFor */
export async function planNode({ bus, signed }: PlanPorts, wanted: DeployTarget, one: NodeSurvey): Promise<NodePlan> {
  const wish = { ...changeRequestFor(wanted, one), retry: false };
  const { liveness } = livenessOf(one.node, one.presence);
  const { differences, before } = makeChange(one, { ...wish, force: true }, signed);
  const refusal = await refusalOf(async () => {
    await requireKnownNode(bus, one);
    makeChange(one, { ...wish, force: false }, signed);
  });
  return { service: one.service, node: one.node, liveness, generation: before, differences, ...present({ refusal }) };
}

export function printPlans(out: Output, { plans, leftBehind: left }: PlanOutput): void {
  for (const { service, node, generation, differences, refusal, liveness } of plans) {
    const what = differences.length === 0 ? "nothing to change" : `${differences.length} to change`;
    out.print(`${service}@${node}: `, styled("bold", what), ` (generation ${generation}, node ${liveness})`);
    for (const difference of differences) out.print(...differenceLine(difference));
    if (refusal !== undefined) out.warn(`deploy would refuse: ${refusal}`);
  }
  const name = plans[0]?.service;
  for (const node of left) {
    out.warn(`${name} would keep running on ${node}; remove it there with \`mcp undeploy ${name}@${node}\``);
  }
}

/** What makes a change impossible without `--force`, in words. */
async function refusalOf(attempt: () => Promise<void>): Promise<string | undefined> {
  try {
    await attempt();
    return undefined;
  } catch (error) {
    if (error instanceof McpError) return error.message;
    throw error;
  }
}
