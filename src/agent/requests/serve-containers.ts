/** Answers requests that list the runtime's containers at this moment, ours and others. */
import type { Replier } from "../../bus/ports/node-bus.ts";
import { LABEL } from "../../schemas/service/labels.ts";
import type { LiveContainer } from "../../schemas/wire/live-container.ts";
import type { NodeName } from "../../values/names.ts";
import { present } from "../../values/present.ts";
import type { Runtime, RuntimeContainer } from "../runtime/runtime.ts";
import type { HealthChecks } from "../watch/health-checks.ts";
import { machineUsage, readProcesses, usageOf } from "./process-usage.ts";

export interface ContainerPorts {
  readonly node: NodeName;
  readonly runtime: Runtime;
  readonly health: HealthChecks;
}

/** Containers in one answer: this stays well below the bus's payload limit. */
const CHUNK = 200;

/** @throws McpError as `Runtime.list` */
export async function servePs(ports: ContainerPorts, replier: Replier, signal: AbortSignal): Promise<void> {
  const containers = (await ports.runtime.list({}, signal)).map((c) => liveContainer(ports, c));
  for (const { chunk, last } of chunksOf(containers)) {
    await replier.send({ last, body: { verb: "ps", containers: chunk } });
  }
}

/** @throws McpError as `Runtime.list` */
export async function serveUsage(ports: ContainerPorts, replier: Replier, signal: AbortSignal): Promise<void> {
  const listed = await ports.runtime.list({}, signal);
  const processes = await readProcesses();
  const machine = machineUsage();
  const containers = await Promise.all(
    listed.map(async (c) => ({
      ...liveContainer(ports, c),
      ...present({ usage: c.pid === undefined ? undefined : await usageOf(c.pid, processes) }),
    })),
  );
  for (const { chunk, last } of chunksOf(containers)) {
    await replier.send({ last, body: { verb: "usage", machine, containers: chunk } });
  }
}

/** At least one chunk, the last one marked. */
export function* chunksOf<T>(items: readonly T[]): Generator<{ readonly chunk: readonly T[]; readonly last: boolean }> {
  for (let from = 0; from === 0 || from < items.length; from += CHUNK) {
    yield { chunk: items.slice(from, from + CHUNK), last: from + CHUNK >= items.length };
  }
}

/** A container in the form that answers use. */
export function liveContainer(ports: ContainerPorts, c: RuntimeContainer): LiveContainer {
  const ours = c.labels[LABEL.node] === ports.node;
  const [service, component] = ours ? [c.labels[LABEL.service], c.labels[LABEL.component]] : [];
  return {
    id: c.id,
    name: c.name,
    image: c.image,
    state: c.state,
    ...present({
      service,
      component,
      startedAt: c.startedAtMs > 0 ? new Date(c.startedAtMs).toISOString() : undefined,
      exitCode: c.state === "running" ? undefined : c.exitCode,
      health: ports.health.of(c.id),
    }),
  };
}
