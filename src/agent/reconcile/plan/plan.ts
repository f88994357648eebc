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
import { dependencyDepths } from "./dependency-order.ts";
import { type ComponentPlan, planComponent } from "./plan-component.ts";
import { planRemovals, type RemovalInput, type RemovalPlan } from "./plan-removals.ts";
import { type Handovers, handoversOf, inTheWay, mayRemove } from "./rollout-order.ts";

export interface PlanInput extends RemovalInput {
  /** Why a component may not have its container name or host ports: they belong to another service. */
  readonly claimed: ReadonlyMap<ComponentName, Blocked>;
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
  const depth = dependencyDepths(spec.components);
  const plans = new Map<ComponentName, ComponentPlan>();
  for (const component of spec.components.toSorted((a, b) => (depth.get(a.name) ?? 0) - (depth.get(b.name) ?? 0))) {
    plans.set(component.name, withDependencies(planOne(input, spec, component), component, plans));
  }
  const removals = planRemovals(input, spec);
  const components = [...plans.values()];
  const due = !spec.active || mayRemove(components) ? removals : { ...removals, actions: [] };
  const rollouts = components.flatMap(({ actions }) => actions.filter((a) => a.kind === "rollout"));
  const handovers = handoversOf(spec.components, rollouts, input.memory);
  const roomy = withRoom(input, plans, { removals, handovers });
  return joined(due, inDependencyOrder(spec, dependencyDepths(withHandovers(spec, handovers)), roomy));
}

function planOne(input: PlanInput, spec: ServiceSpec, component: ComponentSpec): ComponentPlan {
  return planComponent({
    service: spec,
    component,
    containers: containersOf(input, component, spec.active),
    memory: input.memory,
    generation: input.document.generation,
    nowMs: input.nowMs,
    claimed: input.claimed.get(component.name),
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

/** An action that starts a component waits until its dependencies are up or have an action in this plan. */
function withDependencies(
  own: ComponentPlan,
  component: ComponentSpec,
  earlier: ReadonlyMap<ComponentName, ComponentPlan>,
): ComponentPlan {
  const starts = own.actions.some((a) => a.kind === "rollout" || a.kind === "start");
  if (!starts) return own;
  const missing = component.dependsOn.find((name) => {
    const dependency = earlier.get(name);
    if (dependency === undefined || dependency.up || dependency.actions.length > 0) return false;
    return own.isNew || !dependency.runs;
  });
  if (missing === undefined) return own;
  const message = `waits for ${missing}, which is not running as desired`;
  const blocked = [{ component: component.name, reason: "dependency", message }] as const;
  return { ...own, actions: [], blocked, up: false, isWaiting: earlier.get(missing)?.isStarting === true };
}

/** Rollouts with the containers that must be stopped for them, and the components that they come after. */
function withRoom(
  { memory }: PlanInput,
  plans: ReadonlyMap<ComponentName, ComponentPlan>,
  { removals, handovers }: { readonly removals: RemovalPlan; readonly handovers: Handovers },
): Map<ComponentName, ComponentPlan> {
  const leaving = removals.actions.map(({ container }) => container);
  const planned = ([name, own]: [ComponentName, ComponentPlan]): [ComponentName, ComponentPlan] => {
    const actions = own.actions.map((action) =>
      action.kind === "rollout"
        ? {
            ...action,
            inTheWay: inTheWay(action, leaving, memory),
            waitsFor: handovers.get(name) ?? [],
          }
        : action,
    );
    return [name, { ...own, actions }];
  };
  return new Map([...plans].map(planned));
}

/** A component that takes over a host port comes after the one that gives it up, as if it depended on it. */
function withHandovers({ components }: ServiceSpec, handovers: Handovers): ComponentSpec[] {
  return components.map((component) => ({
    ...component,
    dependsOn: [...component.dependsOn, ...(handovers.get(component.name) ?? [])],
  }));
}

/** Dependents start after their dependencies and stop before them. */
function inDependencyOrder(
  spec: ServiceSpec,
  depth: ReadonlyMap<ComponentName, number>,
  plans: ReadonlyMap<ComponentName, ComponentPlan>,
): ComponentPlan[] {
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
