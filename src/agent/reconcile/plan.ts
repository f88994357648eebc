/**
 * The planner: which drift there is, which actions mend it or carry out a new generation, and what must wait. Pure: no
 * clock, no randomness, no I/O, inputs untouched; the same input gives the same plan. An empty plan without drift
 * means the service has converged. Components are planned one by one (plan-component.ts) and ordered in waves.
 */
import { type DesiredService, isTombstone } from "../../schemas/desired.ts";
import type { Drift } from "../../schemas/drift.ts";
import { LABEL } from "../../schemas/labels.ts";
import type { ComponentName } from "../../schemas/names.ts";
import type { Blocked } from "../../schemas/observed.ts";
import type { ComponentSpec, ServiceSpec } from "../../schemas/spec.ts";
import type { ServiceMemory } from "../store/store.ts";
import type { Action } from "./action.ts";
import { type ComponentContainers, classify, type ObservedContainer } from "./classify.ts";
import { type ComponentPlan, planComponent } from "./plan-component.ts";
import { depths } from "./waves.ts";

export interface PlanInput {
  readonly document: DesiredService;
  readonly memory: ServiceMemory;
  /** Every container labelled with this service on this node. */
  readonly containers: readonly ObservedContainer[];
  readonly nowMs: number;
  /** Why a component may not have its container name or host ports: they belong to another service. */
  readonly claimed: ReadonlyMap<ComponentName, Blocked>;
}

export interface Plan {
  readonly drift: readonly Drift[];
  readonly actions: readonly Action[];
  readonly blocked: readonly Blocked[];
  /** When to plan again although nothing happened (a delay runs out); Unix milliseconds. */
  readonly wakeAtMs?: number;
}

export function plan(input: PlanInput): Plan {
  const { document } = input;
  if (isTombstone(document)) return { drift: [], blocked: [], actions: removals(input, document.retired) };
  const { spec } = document;
  const depth = depths(spec.components);
  const plans = new Map<ComponentName, ComponentPlan>();
  for (const component of spec.components.toSorted((a, b) => (depth.get(a.name) ?? 0) - (depth.get(b.name) ?? 0))) {
    plans.set(component.name, withDependencies(planOne(input, spec, component), component, plans));
  }
  return assemble(input, spec, depth, plans);
}

function planOne(input: PlanInput, spec: ServiceSpec, component: ComponentSpec): ComponentPlan {
  return planComponent({
    service: spec,
    component,
    containers: containersOf(input, component.name),
    memory: input.memory,
    generation: input.document.generation,
    nowMs: input.nowMs,
    claimed: input.claimed.get(component.name),
  });
}

function containersOf(input: PlanInput, component: ComponentName): ComponentContainers {
  return classify({
    service: input.document.service,
    component,
    containers: input.containers.filter((c) => c.labels[LABEL.component] === component),
    attempt: input.memory.attempts[component],
  });
}

/** What starts a component waits until everything it depends on is up, or has its own action in this plan. */
function withDependencies(
  own: ComponentPlan,
  component: ComponentSpec,
  earlier: ReadonlyMap<ComponentName, ComponentPlan>,
): ComponentPlan {
  const starts = own.actions.some((a) => a.kind === "rollout" || a.kind === "start");
  if (!starts) return own;
  const missing = component.dependsOn.find((name) => {
    const dependency = earlier.get(name);
    return dependency !== undefined && !dependency.up && dependency.actions.length === 0;
  });
  if (missing === undefined) return own;
  const message = `waits for ${missing}, which is not up`;
  return { ...own, actions: [], blocked: [{ component: component.name, reason: "dependency", message }], up: false };
}

function assemble(
  input: PlanInput,
  spec: ServiceSpec,
  depth: ReadonlyMap<ComponentName, number>,
  plans: ReadonlyMap<ComponentName, ComponentPlan>,
): Plan {
  const all = [...plans.entries()];
  const deepest = Math.max(0, ...depth.values());
  const actions = all.flatMap(([name, own]) => {
    const wave = spec.active ? (depth.get(name) ?? 0) : deepest - (depth.get(name) ?? 0);
    return own.actions.map((action) => ({ ...action, wave: action.wave + wave }));
  });
  const wakes = all.flatMap(([, own]) => (own.wakeAtMs === undefined ? [] : [own.wakeAtMs]));
  const undesired = removals(input, spec, new Set(plans.keys()));
  return {
    drift: all.flatMap(([, own]) => own.drift),
    actions: [...undesired, ...actions].toSorted((a, b) => a.wave - b.wave),
    blocked: all.flatMap(([, own]) => own.blocked),
    ...(wakes.length === 0 ? {} : { wakeAtMs: Math.min(...wakes) }),
  };
}

/**
 * Removes the containers of components that a newer generation no longer names (all of them for a tombstone), what
 * depends on others first. They come before everything else: their names and ports may be needed.
 */
function removals(input: PlanInput, spec: ServiceSpec | undefined, keep: ReadonlySet<string> = new Set()): Action[] {
  const depth = depths(spec?.components ?? []);
  const deepest = Math.max(0, ...depth.values());
  return input.containers.flatMap((container) => {
    const component = container.labels[LABEL.component] ?? container.name;
    if (keep.has(component)) return [];
    const stopTimeoutMs = spec?.components.find((c) => c.name === component)?.stopTimeoutMs ?? 10_000;
    const wave = deepest - (depth.get(component) ?? 0) - deepest - 1;
    return [{ kind: "remove", component, container, stopTimeoutMs, repairs: false, wave } satisfies Action];
  });
}
