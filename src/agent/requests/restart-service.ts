/** Restarts a service's containers in the order of their dependencies, on an operator's request; `active` stays as it is. */
import { isTombstone } from "../../schemas/service/desired.ts";
import { LABEL } from "../../schemas/service/labels.ts";
import type { ComponentSpec } from "../../schemas/service/spec.ts";
import { McpError } from "../../values/error.ts";
import type { ComponentName, NodeName, ServiceName } from "../../values/names.ts";
import type { ExpectedExits } from "../reconcile/execute/expected-exits.ts";
import { dependencyDepths } from "../reconcile/plan/dependency-order.ts";
import type { Reconciler } from "../reconcile/reconciler.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { MakeEvent } from "../state/events.ts";
import type { ServiceCache } from "../state/service-cache.ts";

export interface RestartPorts {
  readonly node: NodeName;
  readonly runtime: Runtime;
  readonly services: ServiceCache;
  readonly reconciler: Reconciler;
  readonly makeEvent: MakeEvent;
  readonly expectedExits: ExpectedExits;
}

export interface RestartOrder {
  readonly service: ServiceName;
  readonly component?: ComponentName;
  readonly author: string;
}

export interface Restarted {
  readonly component: ComponentName;
  readonly containerId: string;
}

/** @throws McpError E_NOT_FOUND for a service or component not desired here, E_NODE_FAILED for a stopped service. */
export async function restartService(
  ports: RestartPorts,
  order: RestartOrder,
  signal: AbortSignal,
): Promise<Restarted[]> {
  const components = wanted(ports, order);
  return await ports.reconciler.exclusively(order.service, async (state) => {
    const restarted: Restarted[] = [];
    state.isActing = true;
    try {
      for (const spec of components)
        restarted.push(...(await restart(ports, { service: order.service, spec, signal })));
    } finally {
      state.isActing = false;
    }
    state.containers = []; // listed before the restart: later events must not be compared with them
    await record(ports, order, restarted);
    return restarted;
  });
}

function wanted(ports: RestartPorts, { service, component }: RestartOrder): ComponentSpec[] {
  const document = ports.services.get(service)?.document;
  if (document === undefined || isTombstone(document)) {
    throw new McpError("E_NOT_FOUND", `${service} is not desired on ${ports.node}`);
  }
  if (!document.spec.active) {
    throw new McpError("E_NODE_FAILED", `${service} is stopped on ${ports.node}`, { hint: `mcp start ${service}` });
  }
  const depth = dependencyDepths(document.spec.components);
  const components = document.spec.components.filter((c) => component === undefined || c.name === component);
  if (components.length === 0) throw new McpError("E_NOT_FOUND", `${service} has no component ${component}`);
  return components.toSorted((a, b) => (depth.get(a.name) ?? 0) - (depth.get(b.name) ?? 0));
}

async function restart(
  ports: RestartPorts,
  { service, spec, signal }: { service: ServiceName; spec: ComponentSpec; signal: AbortSignal },
): Promise<Restarted[]> {
  const labels = { [LABEL.service]: service, [LABEL.node]: ports.node, [LABEL.component]: spec.name };
  const containers = await ports.runtime.list(labels, signal);
  const container = containers.find((c) => c.state === "running") ?? containers[0];
  if (container === undefined) return [];
  await ports.expectedExits.during(container.id, () => ports.runtime.stop(container.id, spec.stopTimeoutMs, signal));
  await ports.runtime.start(container.id, signal);
  return [{ component: spec.name, containerId: container.id }];
}

/** An operator's restart also ends a fight and removes delays. */
async function record(ports: RestartPorts, order: RestartOrder, restarted: readonly Restarted[]): Promise<void> {
  const { service, author } = order;
  const names = restarted.map((r) => r.component).join(", ");
  await ports.services.update(service, ({ memory }) => ({
    memory: { ...memory, repairs: {} },
    events: [
      ports.makeEvent("service-restarted", `${service} was restarted by ${author} (${names})`, { service, author }),
    ],
  }));
}
