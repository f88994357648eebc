/**
 * Removals that wait, and what a rollout needs to begin. Pure. A container of a component that is no longer desired may be what a renamed
 * component replaces, so it serves until everything new is up. Only where it holds a port or a volume that a new container needs is it
 * stopped before that starts, and started again if that fails.
 */
import { portsClash } from "../../../schemas/service/port-text.ts";
import type { ComponentSpec } from "../../../schemas/service/spec.ts";
import type { ComponentName } from "../../../values/names.ts";
import type { ServiceMemory } from "../../store/store.ts";
import type { RolloutAction } from "../model/action.ts";
import { isAtRest, type ObservedContainer } from "../model/classify.ts";
import { canRunSideBySide } from "./can-run-side-by-side.ts";
import { holdingsOf } from "./made-from.ts";
import type { ComponentPlan } from "./plan-component.ts";

/** True when nothing new is still to come up. */
export function mayRemove(components: readonly ComponentPlan[]): boolean {
  return components.every(({ actions, up, isNew }) => actions.length === 0 && (up || !isNew));
}

/** Those of `containers` that must not run while the container of this rollout does; also what it has stopped before. */
export function inTheWay(
  { spec, candidate }: RolloutAction,
  containers: readonly ObservedContainer[],
  memory: ServiceMemory,
): ObservedContainer[] {
  const mayRun = (c: ObservedContainer) => !isAtRest(c.state) || candidate !== undefined;
  return containers.filter((c) => mayRun(c) && !canRunSideBySide(holdingsOf(memory, c), spec));
}

/** Components that each rollout comes after, because they free a host port that it takes over; by component. */
export type Handovers = ReadonlyMap<ComponentName, readonly ComponentName[]>;

/** Where one would have to come after a component that depends on it, the dependency wins. */
export function handoversOf(
  components: readonly ComponentSpec[],
  rollouts: readonly RolloutAction[],
  memory: ServiceMemory,
): Handovers {
  const after = new Map<ComponentName, ComponentName[]>();
  const edges = new Map(components.map(({ name, dependsOn }) => [name, [...dependsOn]]));
  for (const rollout of rollouts) {
    const { component } = rollout;
    const freed = freedBy(rollout, rollouts, memory).filter((other) => !reaches(edges, other, component));
    after.set(component, freed);
    edges.get(component)?.push(...freed);
  }
  return after;
}

function reaches(edges: ReadonlyMap<ComponentName, readonly ComponentName[]>, from: ComponentName, to: ComponentName) {
  const seen = new Set([from]);
  for (const name of seen) for (const next of edges.get(name) ?? []) seen.add(next);
  return seen.has(to);
}

/** Of the rollouts of other components those whose old container holds a host port that this one needs. */
function freedBy(
  { component, spec }: RolloutAction,
  rollouts: readonly RolloutAction[],
  memory: ServiceMemory,
): ComponentName[] {
  const frees = ({ old, component: other }: RolloutAction) => {
    if (old === undefined || other === component) return false;
    const { ports = [] } = holdingsOf(memory, old) ?? {};
    return ports.some((held) => spec.ports.some((wanted) => portsClash(held, wanted)));
  };
  return rollouts.filter(frees).map(({ component: other }) => other);
}
