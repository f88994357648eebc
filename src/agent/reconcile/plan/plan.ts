/**
 * The planner: which drift there is, which actions repair it or carry out a new generation, and what must wait. Pure: no
 * clock, no randomness, no I/O, inputs untouched; the same input gives the same plan. An empty plan without drift
 * means the service has converged. Components are planned one by one (plan-component.ts) and ordered by dependency.
 */
import { isTombstone } from "../../../schemas/service/desired.ts";
import type { Drift } from "../../../schemas/service/drift.ts";
import { LABEL } from "../../../schemas/service/labels.ts";
import type { Blocked } from "../../../schemas/service/observed.ts";
import type { ComponentSpec, ServiceSpec } from "../../../schemas/service/spec.ts";
import { specHash } from "../../../schemas/service/spec-hash.ts";
import type { ComponentName } from "../../../values/names.ts";
import type { Action } from "../model/action.ts";
import { type ComponentContainers, classify } from "../model/classify.ts";
import { dependencyDepths, inDependencyOrder } from "./dependency-order.ts";
import { type ComponentPlan, planComponent } from "./plan-component.ts";
import { planRemovals, type RemovalInput, type RemovalPlan } from "./plan-removals.ts";
import { type PortMoves, portMoves } from "./port-moves.ts";
import { type PortUser, portUsers } from "./port-users.ts";
import { inTheWay, mayRemove, rolloutDepths } from "./rollout-order.ts";
import { type ComponentPlans, withWaits } from "./waits.ts";

export interface PlanInput extends RemovalInput {
  /** Why a component may not have its container name or host ports: they belong to another service. */
  readonly claimed: ReadonlyMap<ComponentName, Blocked>;
  /** The components of the node's other services with their host ports; asked only when something is to be replaced. */
  neighbors(): readonly PortUser[];
}

export interface Plan {
  readonly drift: readonly Drift[];
  readonly actions: readonly Action[];
  readonly blocked: readonly Blocked[];
  /** Nothing differs from the desired state, including what the drift policy does not report. */
  readonly asDesired: boolean;
  /** A component waits for the first health check of another one, which decides soon what comes next. */
  readonly isWaiting?: true;
  /** When to plan again without any event, because a delay ends; Unix milliseconds. */
  readonly wakeAtMs?: number;
}

export function plan(input: PlanInput): Plan {
  const { document } = input;
  if (isTombstone(document)) return joined(planRemovals(input, document.retired), []);
  const { spec } = document;
  const moves = movesOf(input, spec);
  const ordered = inDependencyOrder(spec.components);
  const drawn = new Map(ordered.map((component) => [component.name, planOne(input, spec, { component, moves })]));
  const plans = spec.active ? withWaits(spec, drawn, moves) : drawn;
  const removals = planRemovals(input, spec);
  const components = [...plans.values()];
  const due = !spec.active || mayRemove(components) ? removals : { ...removals, actions: [] };
  return joined(due, inOrder(spec, withRoom(input, plans, { removals, moves }), moves));
}

function movesOf(input: PlanInput, spec: ServiceSpec): PortMoves {
  const own = portUsers(input, input.containers);
  const isQuiet = !spec.active || own.every(({ next }) => next === undefined);
  return isQuiet ? new Map() : portMoves(spec.name, [...own, ...input.neighbors()]);
}

function planOne(
  input: PlanInput,
  spec: ServiceSpec,
  { component, moves }: { readonly component: ComponentSpec; readonly moves: PortMoves },
): ComponentPlan {
  return planComponent({
    service: spec,
    component,
    containers: containersOf(input, component, spec.active),
    memory: input.memory,
    generation: input.document.generation,
    nowMs: input.nowMs,
    claimed: input.claimed.get(component.name) ?? moves.get(component.name)?.blocked,
    asksRegistry: input.document.command !== "start",
  });
}

function containersOf(input: PlanInput, component: ComponentSpec, active: boolean): ComponentContainers {
  return classify({
    service: input.document.service,
    component: component.name,
    containers: input.containers.filter((c) => c.labels[LABEL.component] === component.name),
    attempt: input.memory.attempts[component.name],
    promoted: input.memory.promoted?.[component.name],
    desiredHash: active ? specHash(component) : undefined,
  });
}

/** Rollouts with the containers that must be stopped for them, and the components that they come after. */
function withRoom(
  { memory, document }: PlanInput,
  plans: ComponentPlans,
  { removals, moves }: { readonly removals: RemovalPlan; readonly moves: PortMoves },
): ComponentPlans {
  const leaving = removals.actions.map(({ container }) => container);
  const ranks = dependencyDepths(isTombstone(document) ? [] : document.spec.components);
  const planned = ([name, own]: [ComponentName, ComponentPlan]): [ComponentName, ComponentPlan] => {
    const { after: waitsFor = [], exchange: parties } = moves.get(name) ?? {};
    const exchange = parties === undefined ? {} : { exchange: { parties, rank: ranks.get(name) ?? 0 } };
    const actions = own.actions.map((action) =>
      action.kind === "rollout"
        ? { ...action, inTheWay: inTheWay(action, leaving, memory), waitsFor, ...exchange }
        : action,
    );
    return [name, { ...own, actions }];
  };
  return new Map([...plans].map(planned));
}

/** Dependents start after their dependencies and stop before them. */
function inOrder(spec: ServiceSpec, plans: ComponentPlans, moves: PortMoves): ComponentPlan[] {
  const depth = rolloutDepths(spec, moves);
  const deepest = Math.max(0, ...depth.values());
  return [...plans.entries()].map(([name, own]) => {
    const order = spec.active ? (depth.get(name) ?? 0) : deepest - (depth.get(name) ?? 0);
    return { ...own, actions: own.actions.map((action) => ({ ...action, order: action.order + order })) };
  });
}

function joined(removals: RemovalPlan, components: readonly ComponentPlan[]): Plan {
  const all = [removals, ...components];
  const wakes = all.flatMap(({ wakeAtMs }) => (wakeAtMs === undefined ? [] : [wakeAtMs]));
  return {
    drift: all.flatMap(({ drift }) => drift),
    actions: all.flatMap(({ actions }) => actions).toSorted((a, b) => a.order - b.order),
    blocked: all.flatMap(({ blocked }) => blocked),
    asDesired: components.every(({ asDesired }) => asDesired),
    ...(components.some(({ isWaiting }) => isWaiting) ? { isWaiting: true } : {}),
    ...(wakes.length === 0 ? {} : { wakeAtMs: Math.min(...wakes) }),
  };
}
