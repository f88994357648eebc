/** From two measurements of what containers have used to what they use: shares of a core over the time between. Pure. */
import type { TopContainer, TopNode, TopOutput } from "../../schemas/output/top-output.ts";
import type { MachineUsage, UsedContainer } from "../../schemas/wire/live-container.ts";
import type { NodeName } from "../../values/names.ts";
import { present } from "../../values/present.ts";
import type { NodesAnswers } from "./ask-nodes.ts";
import { uptimeMs } from "./gather-containers.ts";

/** `before` was measured a moment before `now`; nodes and containers that it lacks have no share yet. */
export function measureUsage(before: NodesAnswers, now: NodesAnswers, nowMs: number): TopOutput {
  const earlier = measurementsOf(before);
  const nodes: TopNode[] = [];
  const containers: TopContainer[] = [];
  for (const [node, { machine, byId }] of measurementsOf(now)) {
    const { atMs, ...facts } = machine;
    const last = earlier.get(node);
    nodes.push({ node, ...facts });
    for (const container of byId.values()) {
      const used = cpuPercent(last?.byId.get(container.id), container, atMs - (last?.machine.atMs ?? atMs));
      containers.push({ node, ...container, ...present({ cpuPercent: used, uptimeMs: uptimeMs(container, nowMs) }) });
    }
  }
  nodes.sort((a, b) => (a.node < b.node ? -1 : 1));
  return { nodes, containers, silent: now.silent, failed: now.failed };
}

interface Measurement {
  readonly machine: MachineUsage;
  readonly byId: ReadonlyMap<string, UsedContainer>;
}

function measurementsOf({ answers }: NodesAnswers): Map<NodeName, Measurement> {
  const measurements = new Map<NodeName, Measurement>();
  for (const [node, replies] of answers) {
    const bodies = replies.flatMap(({ body }) => (body?.verb === "usage" ? [body] : []));
    const [first] = bodies;
    if (first === undefined) continue;
    const byId = new Map(bodies.flatMap(({ containers }) => containers).map((one) => [one.id, one]));
    measurements.set(node, { machine: first.machine, byId });
  }
  return measurements;
}

/** Undefined across a restart of the container or of its agent, whose clock then started again. */
function cpuPercent(before: UsedContainer | undefined, now: UsedContainer, tookMs: number): number | undefined {
  if (before?.usage === undefined || now.usage === undefined || before.startedAt !== now.startedAt) return undefined;
  const usedMs = now.usage.cpuMs - before.usage.cpuMs;
  return tookMs > 0 && usedMs >= 0 ? (usedMs / tookMs) * 100 : undefined;
}
