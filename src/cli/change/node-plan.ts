/** What a deploy would change on one node, and why it would be refused. */
import type { NodePlan } from "../../schemas/output/change-output.ts";
import { specOf } from "../../schemas/service/desired.ts";
import type { FieldDifference } from "../../schemas/service/drift.ts";
import type { ServiceSpec } from "../../schemas/service/spec.ts";
import { type Cell, styled } from "../../terminal/cell.ts";
import { McpError } from "../../values/error.ts";
import type { NodeName } from "../../values/names.ts";
import { present } from "../../values/present.ts";
import { checkOnNode } from "../fleet/check-on-node.ts";
import { type ImageQuestion, movedImages } from "../fleet/moved-images.ts";
import { requireAgent } from "../fleet/require-agent.ts";
import { sharedNames, warnSharedNames } from "../fleet/shared-names.ts";
import type { Output } from "../output/output.ts";
import { livenessOf } from "../status/node-liveness.ts";
import { changeLines } from "./change-lines.ts";
import { changeRequestFor } from "./change-request.ts";
import { makeChange, type Signature } from "./make-change.ts";
import type { DeployTarget } from "./read-deploy-target.ts";
import { type NodeSnapshot, otherSpecs, requireKnownNode } from "./read-snapshot.ts";

export interface PlanPorts extends ImageQuestion {
  readonly signed: Signature;
}

export interface PlannedNode {
  readonly plan: NodePlan;
  /** For people: what would change. */
  readonly lines: readonly Cell[][];
}

/** @throws McpError E_NOT_FOUND, E_DEFINITION as changeRequestFor */
export async function planNode(ports: PlanPorts, target: DeployTarget, one: NodeSnapshot): Promise<PlannedNode> {
  const { bus, signed } = ports;
  const { service, node, presence, stored } = one;
  const { liveness } = livenessOf(node, presence);
  const asked = changeRequestFor(target, one);
  const [images, { problems, unchecked }] = await Promise.all([
    readMoved(ports, asked.spec, one),
    checkOnNode(ports, asked.spec, one),
  ]);
  const request = { ...asked, moved: images.moved, retry: false };
  const { differences, before } = makeChange(one, { ...request, force: true }, signed);
  const refusal =
    images.refusal ??
    (await refusalText(async () => {
      await requireKnownNode(bus, one);
      const { document } = makeChange(one, { ...request, force: false }, signed);
      if (document !== undefined) requireAgent(one, document);
    }));
  const shared = sharedNames(asked.spec, otherSpecs(one));
  return {
    plan: {
      ...{ service, node, liveness, generation: before, differences },
      ...present({ refusal, unchecked, problems: problems.length === 0 ? undefined : problems }),
      ...(shared.length === 0 ? {} : { sharedNetworks: shared }),
    },
    lines: changeLines({ want: request.spec, have: specOf(stored), differences }),
  };
}

/** Without an answer of the registry a deploy would fail, so that is shown as its refusal. */
async function readMoved(ports: PlanPorts, spec: ServiceSpec | undefined, one: NodeSnapshot) {
  const found: { moved: readonly FieldDifference[] } = { moved: [] };
  const refusal = await refusalText(async () => {
    if (spec !== undefined) found.moved = await movedImages(ports, spec, one);
  });
  return { ...found, refusal };
}

/** @param staleNodes nodes that run the service although the definition no longer names them */
export function printPlans(out: Output, planned: readonly PlannedNode[], staleNodes: readonly NodeName[]): void {
  for (const { plan, lines } of planned) {
    const { service, node, generation, differences, refusal, liveness } = plan;
    const isNew = generation === 0;
    const what =
      differences.length === 0 ? "nothing to change" : isNew ? "new service" : `${differences.length} to change`;
    out.print(
      `${service}@${node}: `,
      styled("bold", what),
      ` (${isNew ? "" : `generation ${generation}, `}node ${liveness})`,
    );
    for (const line of lines) out.print(...line);
    if (refusal !== undefined) out.warn(`deploy would refuse: ${refusal}`);
    printCheck(out, plan);
    warnSharedNames(out, { service, node, shared: plan.sharedNetworks ?? [] });
  }
  const name = planned[0]?.plan.service;
  for (const node of staleNodes) {
    out.warn(`${name} would keep running on ${node}; remove it there with \`mcp undeploy ${name}@${node}\``);
  }
}

function printCheck(out: Output, { service, node, problems = [], unchecked }: NodePlan): void {
  for (const { message, hint } of problems) {
    out.warn(`deploy would fail: ${service}@${node}: ${message}`);
    out.complain(styled("cyan", "hint: "), hint);
  }
  if (unchecked !== undefined)
    out.note(`${service}@${node}: the node did not check images, ports, paths and limits: ${unchecked}`);
}

/** Why the change needs `--force`; undefined when it does not. */
async function refusalText(attempt: () => Promise<void>): Promise<string | undefined> {
  try {
    await attempt();
    return undefined;
  } catch (error) {
    if (error instanceof McpError) return error.message;
    throw error;
  }
}
