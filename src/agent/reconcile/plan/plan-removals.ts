/**
 * Which containers of a service are removed: those of components that a newer generation no longer has, all for a
 * tombstone. Pure. Never on doubt: a container whose label does not show that it is older than the document comes from
 * a generation that this node does not know (a lost store), or is not ours; it is reported as an orphan.
 */
import { type DesiredService, isTombstone } from "../../../schemas/service/desired.ts";
import type { Drift } from "../../../schemas/service/drift.ts";
import { LABEL } from "../../../schemas/service/labels.ts";
import type { Blocked } from "../../../schemas/service/observed.ts";
import type { ServiceSpec } from "../../../schemas/service/spec.ts";
import type { ServiceMemory } from "../../store/store.ts";
import type { RemoveAction } from "../model/action.ts";
import { isDelayed } from "../model/backoff.ts";
import type { ObservedContainer } from "../model/classify.ts";
import { dependencyDepths } from "./dependency-order.ts";

export interface RemovalInput {
  readonly document: DesiredService;
  readonly memory: ServiceMemory;
  /** Every container labeled with this service on this node. */
  readonly containers: readonly ObservedContainer[];
  readonly nowMs: number;
}

export interface RemovalPlan {
  readonly drift: readonly Drift[];
  readonly actions: readonly (RemoveAction & { readonly container: ObservedContainer })[];
  readonly blocked: readonly Blocked[];
  readonly wakeAtMs?: number;
}

/** Used where the spec of a container to be stopped is not known. */
const STOP_TIMEOUT_MS = 10_000;

/**
 * Dependents are removed first.
 * @param spec the desired spec; for a tombstone the spec that it retires, if known
 */
export function planRemovals(input: RemovalInput, spec: ServiceSpec | undefined): RemovalPlan {
  const { document, containers, memory, nowMs } = input;
  const named = new Set(isTombstone(document) ? [] : document.spec.components.map((c) => c.name));
  const undesired = containers.filter((container) => !named.has(componentOf(container)));
  const removable = undesired.filter((container) => isOlder(input, container));
  const notBeforeMs = (container: ObservedContainer) => memory.repairs[componentOf(container)]?.notBeforeMs ?? 0;
  const held = removable.filter((container) => isDelayed(notBeforeMs(container), nowMs));
  const quiet = !isTombstone(document) && document.spec.drift === "ignore";
  return {
    drift: quiet ? [] : undesired.filter((c) => !removable.includes(c)).map(orphan),
    actions: removable.filter((c) => !held.includes(c)).map((container) => removal(spec, container)),
    blocked: held.map((container) => ({
      component: componentOf(container),
      reason: "backoff",
      message: `${container.name} could not be removed, the next attempt is due soon`,
    })),
    ...(held.length === 0 ? {} : { wakeAtMs: Math.min(...held.map(notBeforeMs)) }),
  };
}

const componentOf = (container: ObservedContainer) => container.labels[LABEL.component] ?? container.name;

function isOlder({ document }: RemovalInput, container: ObservedContainer): boolean {
  const generation = Number(container.labels[LABEL.generation] ?? Number.NaN);
  return generation < document.generation;
}

function removal(spec: ServiceSpec | undefined, container: ObservedContainer) {
  const component = componentOf(container);
  const stopTimeoutMs = spec?.components.find((c) => c.name === component)?.stopTimeoutMs ?? STOP_TIMEOUT_MS;
  const order = -1 - (dependencyDepths(spec?.components ?? []).get(component) ?? 0);
  return { kind: "remove", component, container, stopTimeoutMs, repairs: false, order } as const;
}

function orphan(container: ObservedContainer): Drift {
  const have = container.labels[LABEL.generation] ?? "none";
  return {
    kind: "orphan",
    component: componentOf(container),
    containerName: container.name,
    differences: [{ field: "generation", want: "an accepted one", have }],
  };
}
