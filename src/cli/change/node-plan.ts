/** What deploying would change on one node, and why it would be refused. */
import type { OperatorBus } from "../../bus/operator-bus.ts";
import { McpError } from "../../schemas/error.ts";
import type { NodePlan, PlanOutput } from "../../schemas/json-change-output.ts";
import { present } from "../../schemas/present.ts";
import { styled } from "../output/cell.ts";
import type { Output } from "../output/output.ts";
import { differenceLine } from "../output/words.ts";
import { sightingOf } from "../status/sight-nodes.ts";
import { makeChange, type Signature } from "./make-change.ts";
import type { Wanted } from "./read-wanted.ts";
import { demandKnownNode, type NodeSurvey } from "./survey.ts";
import { wishFor } from "./wish-for.ts";

export interface PlanPorts {
  readonly bus: OperatorBus;
  readonly signed: Signature;
}

/** @throws McpError E_NOT_FOUND, E_DEFINITION as wishFor */
export async function planNode({ bus, signed }: PlanPorts, wanted: Wanted, one: NodeSurvey): Promise<NodePlan> {
  const wish = { ...wishFor(wanted, one), retry: false };
  const { liveness } = sightingOf(one.node, one.presence);
  const { differences, before } = makeChange(one, { ...wish, force: true }, signed);
  const refusal = await refusalOf(async () => {
    await demandKnownNode(bus, one);
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
