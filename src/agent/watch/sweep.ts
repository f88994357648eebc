/**
 * The sweep regularly compares everything with the bus and the runtime, independent of the events
 * that the watch saw. One list call covers all containers; only services that differ cost more.
 */
import { LABEL } from "../../schemas/service/labels.ts";
import type { NodeName, ServiceName } from "../../values/names.ts";
import type { DesiredSync } from "../desired/sync-desired.ts";
import type { Reconciler } from "../reconcile/reconciler.ts";
import type { Runtime, RuntimeContainer } from "../runtime/runtime.ts";
import type { Clock } from "../state/clock.ts";
import type { MakeEvent } from "../state/events.ts";
import type { ServiceCache } from "../state/service-cache.ts";
import type { EventDraft } from "../store/store.ts";

export interface SweepPorts {
  readonly node: NodeName;
  readonly runtime: Runtime;
  readonly clock: Clock;
  readonly services: ServiceCache;
  readonly sync: DesiredSync;
  readonly reconciler: Reconciler;
  readonly makeEvent: MakeEvent;
  isBusConnected(): boolean;
  /** Containers with our labels whose service was never accepted here, or was retired: reported, never touched. */
  onOrphans(orphans: readonly RuntimeContainer[]): Promise<void>;
  /** Checks whether their image tags still name the same images. */
  checkImages(containers: readonly RuntimeContainer[], signal: AbortSignal): Promise<void>;
  /** Checks whether they still have what they had. */
  checkSettings(containers: readonly RuntimeContainer[], signal: AbortSignal): Promise<void>;
  /** All containers of the node, ours and others. */
  onContainers(containers: readonly RuntimeContainer[]): void;
  onEvents(events: readonly EventDraft[]): Promise<void>;
  onError(error: unknown): void;
}

/** Sweeps between two checks of image tags, which cost one call for each image. */
const IMAGES_EVERY = 10;

interface Listed {
  /** Our containers. */
  readonly containers: readonly RuntimeContainer[];
  /** The passes made from the list. */
  readonly passes: Promise<unknown>;
}

/**
 * Compares every service with the runtime once; resolves when the resulting passes are done. Never rejects: what
 * cannot be compared now is compared at the next sweep.
 */
export async function compareAll(ports: SweepPorts, signal: AbortSignal): Promise<void> {
  try {
    const { passes } = await sweepRuntime(ports, signal);
    await passes;
  } catch (error) {
    ports.onError(error);
  }
}

/** Sweeps every `everyMs` ± 20 % until `signal` aborts. Does not wait for passes: one may take as long as a pull. */
export async function sweepForever(ports: SweepPorts, everyMs: number, signal: AbortSignal): Promise<void> {
  for (let sweeps = 0; !signal.aborted; sweeps++) {
    const pause = everyMs * (0.8 + 0.4 * ports.clock.random());
    await ports.clock.sleep(pause, signal).catch(() => undefined);
    if (signal.aborted) return;
    const seen = sweepRuntime(ports, signal).then(async ({ containers }) => {
      await ports.checkSettings(containers, signal);
      if (sweeps % IMAGES_EVERY === 0) await ports.checkImages(containers, signal);
    });
    await Promise.all([sweepBus(ports), seen].map((part) => part.catch(ports.onError)));
  }
}

async function sweepBus(ports: SweepPorts): Promise<void> {
  if (!ports.isBusConnected()) return;
  const missed = await ports.sync.readAll();
  const found = missed.map((service) =>
    ports.makeEvent("sweep-found", `${service}: a newer state that no wake-up reported`, { service }),
  );
  if (found.length > 0) await ports.onEvents(found);
}

/** @returns once everything is listed */
async function sweepRuntime(ports: SweepPorts, signal: AbortSignal): Promise<Listed> {
  const passWith = ports.reconciler.beforeListing();
  const all = await ports.runtime.list({}, signal);
  ports.onContainers(all);
  const containers = all.filter(({ labels }) => labels[LABEL.node] === ports.node);
  const byService = groupByService(containers);
  const known = new Set<ServiceName>(ports.services.all().map((row) => row.service));
  const passes = Promise.all([...known].map((service) => passWith(service, byService.get(service) ?? [])));
  const orphans = containers.filter((c) => !known.has(c.labels[LABEL.service] ?? ""));
  await ports.onOrphans(orphans).catch(ports.onError);
  return { containers, passes };
}

function groupByService(containers: readonly RuntimeContainer[]): Map<ServiceName, RuntimeContainer[]> {
  const groups = new Map<ServiceName, RuntimeContainer[]>();
  for (const container of containers) {
    const service = container.labels[LABEL.service] ?? "";
    groups.set(service, [...(groups.get(service) ?? []), container]);
  }
  return groups;
}
