/**
 * Lists containers with our labels that no desired state needs, and removes one on an operator's request. It is
 * checked again right before it is removed, while no pass over its service runs; its volumes stay.
 */
import type { Replier } from "../../bus/ports/node-bus.ts";
import { isTombstone } from "../../schemas/service/desired.ts";
import { LABEL } from "../../schemas/service/labels.ts";
import type { ContainerState } from "../../schemas/service/observed.ts";
import type { OrphanContainer } from "../../schemas/wire/live-container.ts";
import { McpError } from "../../values/error.ts";
import type { ExpectedExits } from "../reconcile/execute/expected-exits.ts";
import type { Reconciler } from "../reconcile/reconciler.ts";
import type { RuntimeContainer } from "../runtime/runtime.ts";
import type { MakeEvent } from "../state/events.ts";
import type { ServiceCache } from "../state/service-cache.ts";
import type { EventDraft } from "../store/store.ts";
import { type ContainerPorts, chunksOf, liveContainer } from "./serve-containers.ts";

export interface OrphanPorts extends ContainerPorts {
  readonly services: ServiceCache;
  readonly reconciler: Reconciler;
  readonly makeEvent: MakeEvent;
  readonly expectedExits: ExpectedExits;
  /** Stores and delivers events. */
  recordEvents(...events: readonly EventDraft[]): Promise<void>;
}

export interface RemoveOrphan {
  readonly containerId: string;
  readonly state: ContainerState;
  readonly author: string;
}

/** The stop timeout of an orphan, whose spec is not known. */
const STOP_TIMEOUT_MS = 10_000;

/** @throws McpError as `Runtime.list` */
export async function serveOrphans(ports: OrphanPorts, replier: Replier, signal: AbortSignal): Promise<void> {
  const listed = await ports.runtime.list({ [LABEL.node]: ports.node }, signal);
  for (const { chunk, last } of chunksOf(listed.flatMap((container) => orphanOf(ports, container) ?? []))) {
    await replier.send({ last, body: { verb: "orphans", containers: chunk } });
  }
}

/** @throws McpError E_NOT_FOUND, E_REFUSED when it is needed now or has changed, and the errors of the runtime */
export async function removeOrphan(ports: OrphanPorts, order: RemoveOrphan, signal: AbortSignal): Promise<void> {
  const { service } = requireOrphan(ports, await find(ports, order, signal), order);
  await ports.reconciler.exclusively(service, async () => {
    const { id, name, component } = requireOrphan(ports, await find(ports, order, signal), order);
    await ports.expectedExits.during(id, async () => {
      await ports.runtime.stop(id, STOP_TIMEOUT_MS, signal);
      await ports.runtime.remove(id, signal);
    });
    const { author } = order;
    const facts = { service, author, data: { container: name }, ...(component !== undefined && { component }) };
    await ports.recordEvents(ports.makeEvent("orphan-removed", `${name}: an orphan, removed by ${author}`, facts));
  });
}

async function find({ runtime }: OrphanPorts, { containerId }: RemoveOrphan, signal: AbortSignal) {
  if (!/^[0-9a-f]{64}$/.test(containerId)) throw new McpError("E_USAGE", "invalid container id");
  const found = (await runtime.listIds([containerId], signal)).find(({ id }) => id === containerId);
  if (found === undefined)
    throw new McpError("E_NOT_FOUND", `container ${containerId.slice(0, 12)} does not exist any more`);
  return found;
}

function requireOrphan(ports: OrphanPorts, container: RuntimeContainer, { state }: RemoveOrphan): OrphanContainer {
  const orphan = orphanOf(ports, container);
  if (orphan === undefined) throw new McpError("E_REFUSED", `${container.name} is not an orphan; it was left alone`);
  if (orphan.state === state) return orphan;
  throw new McpError("E_REFUSED", `${container.name} was ${state} and is now ${orphan.state}; it was left alone`, {
    hint: "check again: `mcp purge --dry-run`",
  });
}

/** Undefined for a container that is desired, or that is not ours. */
function orphanOf(ports: OrphanPorts, container: RuntimeContainer): OrphanContainer | undefined {
  const service = container.labels[LABEL.service];
  if (service === undefined || container.labels[LABEL.node] !== ports.node) return undefined;
  const reason = reasonOf(ports, service, container.labels[LABEL.component]);
  return reason === undefined ? undefined : { ...liveContainer(ports, container), service, reason };
}

function reasonOf({ services }: OrphanPorts, service: string, component: string | undefined): string | undefined {
  const document = services.get(service)?.document;
  if (document === undefined) return `no desired state of ${service} was ever accepted here`;
  if (isTombstone(document)) return `${service} was retired (generation ${document.generation})`;
  const isWanted = document.spec.components.some(({ name }) => name === component);
  return isWanted ? undefined : `${service} has no component ${component ?? "(unnamed)"} any more`;
}
