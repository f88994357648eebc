/** In which order the components of a service are replaced, and what must be stopped for each of them. Pure. */
import type { ComponentSpec, ServiceSpec } from "../../../schemas/service/spec.ts";
import type { ComponentName } from "../../../values/names.ts";
import type { ServiceMemory } from "../../store/store.ts";
import type { RolloutAction } from "../model/action.ts";
import type { ObservedContainer } from "../model/classify.ts";
import { canRunSideBySide } from "./can-run-side-by-side.ts";
import { dependencyDepths } from "./dependency-order.ts";
import { holdingsOf } from "./made-from.ts";
import type { ComponentPlan } from "./plan-component.ts";
import type { PortMoves } from "./port-moves.ts";
import { isBetween } from "./waits.ts";

/** True when nothing new is still to come up. */
export function mayRemove(components: readonly ComponentPlan[]): boolean {
  return components.every(({ actions, up, isNew }) => actions.length === 0 && (up || !isNew));
}

/**
 * Those of `containers` that must not run while the container of this rollout does; also what it has stopped before, and what podman
 * may still start.
 */
export function inTheWay(
  { spec, candidate }: RolloutAction,
  containers: readonly ObservedContainer[],
  memory: ServiceMemory,
): ObservedContainer[] {
  const mayRun = (c: ObservedContainer) => c.state !== "exited" || candidate !== undefined;
  return containers.filter((c) => mayRun(c) && !canRunSideBySide(holdingsOf(memory, c), spec));
}

/**
 * The depth of each component: below those on which it depends, and those that free a host port for it. Components that exchange
 * their ports have the same depth.
 */
export function rolloutDepths(spec: ServiceSpec, moves: PortMoves): Map<ComponentName, number> {
  return dependencyDepths(
    spec.components.map((component) => ({ ...component, dependsOn: below(spec, component, moves) })),
  );
}

function below(spec: ServiceSpec, component: ComponentSpec, moves: PortMoves): ComponentName[] {
  const exchange = moves.get(component.name)?.exchange ?? [];
  const partners = exchange.filter(({ service }) => service === spec.name).map((party) => party.component);
  const members = partners.length === 0 ? [component.name] : partners;
  const dependencies = spec.components.filter(({ name }) => members.includes(name)).flatMap((c) => c.dependsOn);
  const givers = members.flatMap((name) => moves.get(name)?.after ?? []);
  return [...dependencies, ...givers].filter((name) => !members.includes(name) && !isBetween(spec, name, members));
}
