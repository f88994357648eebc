/**
 * Which components of a plan wait for others, so that their actions are left out of it. Pure. A component that starts waits until its
 * dependencies are up or are started by the same plan; one that takes over a host port, until the one that has it is replaced by
 * the same plan; and those that exchange ports wait until all of them can be replaced.
 */
import type { ComponentSpec, ServiceSpec } from "../../../schemas/service/spec.ts";
import type { ComponentName } from "../../../values/names.ts";
import type { Action } from "../model/action.ts";
import { inDependencyOrder } from "./dependency-order.ts";
import type { ComponentPlan } from "./plan-component.ts";
import type { PortMove, PortMoves } from "./port-moves.ts";

export type ComponentPlans = ReadonlyMap<ComponentName, ComponentPlan>;

const starts = ({ kind }: Action) => kind === "rollout" || kind === "start";

export function withWaits(spec: ServiceSpec, plans: ComponentPlans, moves: PortMoves): ComponentPlans {
  const ordered = inDependencyOrder(spec.components);
  const settled = new Map(plans);
  for (let isDone = false; !isDone; ) {
    isDone = true;
    for (const component of ordered) {
      const own = settled.get(component.name);
      const next = own === undefined ? undefined : waiting(spec, component, { own, plans: settled, moves });
      if (next === undefined) continue;
      settled.set(component.name, next);
      isDone = false;
    }
  }
  return settled;
}

interface Situation {
  readonly own: ComponentPlan;
  readonly plans: ComponentPlans;
  readonly moves: PortMoves;
}

/** The plan of a component that has to wait; undefined when it need not, or waits already. */
function waiting(spec: ServiceSpec, component: ComponentSpec, situation: Situation): ComponentPlan | undefined {
  const { own, plans, moves } = situation;
  if (!own.actions.some(starts)) return undefined;
  const { name } = component;
  const dependency = missingDependency(component, own, plans);
  if (dependency !== undefined) {
    const isWaiting = plans.get(dependency)?.isStarting === true;
    return { ...blocked(name, own, `waits for ${dependency}, which is not running as desired`), isWaiting };
  }
  const move = moves.get(name);
  if (move === undefined || !own.actions.some(({ kind }) => kind === "rollout")) return undefined;
  const giver = moveTogether(spec, name, move).find((other) => !isReplaced(plans.get(other)));
  if (giver !== undefined) return blocked(name, own, `waits for ${giver}, which has a host port that it needs`);
  const isPostponed = startsBetween(spec, move, plans);
  return isPostponed ? { ...own, actions: own.actions.filter((a) => !starts(a)), up: false } : undefined;
}

function missingDependency({ dependsOn }: ComponentSpec, own: ComponentPlan, plans: ComponentPlans) {
  return dependsOn.find((name) => {
    const dependency = plans.get(name);
    if (dependency === undefined || dependency.up || dependency.actions.length > 0) return false;
    return own.isNew || !dependency.runs;
  });
}

function blocked(component: ComponentName, own: ComponentPlan, message: string): ComponentPlan {
  return { ...own, actions: [], blocked: [{ component, reason: "dependency", message }], up: false };
}

function moveTogether({ name: service }: ServiceSpec, own: ComponentName, { after, exchange = [] }: PortMove) {
  const partners = exchange.filter((party) => party.service === service).map(({ component }) => component);
  return [...after, ...partners].filter((component) => component !== own);
}

function isReplaced(plan: ComponentPlan | undefined): boolean {
  return plan?.actions.some(({ kind }) => kind === "rollout") ?? false;
}

/** Something that one of them depends on, and that depends on one of them, is started first. */
function startsBetween(spec: ServiceSpec, { exchange = [] }: PortMove, plans: ComponentPlans): boolean {
  const members = exchange.filter(({ service }) => service === spec.name).map(({ component }) => component);
  const between = spec.components.filter(({ name }) => !members.includes(name) && isBetween(spec, name, members));
  return between.some(({ name }) => plans.get(name)?.actions.some(starts));
}

/** True when it depends on one of `members`, and one of them on it. */
export function isBetween(spec: ServiceSpec, name: ComponentName, members: readonly ComponentName[]): boolean {
  const above = dependenciesOf(spec, members);
  return above.has(name) && members.some((member) => dependenciesOf(spec, [name]).has(member));
}

/** Direct and indirect ones. */
function dependenciesOf({ components }: ServiceSpec, names: readonly ComponentName[]): Set<ComponentName> {
  const direct = (name: ComponentName) => components.find((c) => c.name === name)?.dependsOn ?? [];
  const found = new Set(names.flatMap(direct));
  for (const name of found) for (const next of direct(name)) found.add(next);
  return found;
}
