/**
 * What the reconciler keeps of one service between passes: the containers last listed and the last plan. In memory only;
 * everything that must survive a restart is in the store.
 */

import type { Blocked, ContainerState, CurrentStep, Step, StepName } from "../../schemas/service/observed.ts";
import type { ComponentName, ServiceName } from "../../values/names.ts";
import { present } from "../../values/present.ts";
import type { RuntimeContainer } from "../runtime/runtime.ts";
import { isPassing } from "./drift/lasting-states.ts";
import type { Action } from "./model/action.ts";
import type { ObservedContainer } from "./model/classify.ts";
import type { Plan } from "./plan/plan.ts";

export interface ReconcileState {
  readonly service: ServiceName;
  /** False until its containers have been listed once. */
  isListed: boolean;
  containers: readonly ObservedContainer[];
  /**
   * Containers, by id, that actions under way have read or changed since the last list; undefined for a
   * removed one. For reports only: plans are made from `containers`.
   */
  changed: ReadonlyMap<string, ObservedContainer | undefined>;
  plan: Plan;
  /** Hash of the state that `plan` was made for; undefined before the first plan. A newer state may be accepted since. */
  plannedFor: string | undefined;
  /** The actions that succeeded last: the same ones planned again on unchanged containers had no effect. */
  tried: readonly Action[];
  steps: readonly Step[];
  /** The step under way, by component. */
  currentSteps: ReadonlyMap<ComponentName, CurrentStep>;
  /** True while actions are carried out: events of these containers are caused by the agent itself. */
  isActing: boolean;
  /** Containers in a state that should soon be over, by id, and since when. */
  passing: ReadonlyMap<string, PassingState>;
  /** Unexpected deaths reported so far: shows whether a list is older than one of them. */
  deaths: number;
  /** Foreign containers that have our names, by component. */
  conflicts: ReadonlyMap<ComponentName, Blocked>;
  /** Components that have waited in this pass for others to exchange ports with, in vain. */
  waiting: ReadonlyMap<ComponentName, Blocked>;
  /** Why the last pass failed. */
  passError: PassError | undefined;
  /** Stops the current pass because there is something newer to do. */
  superseded: AbortController;
}

export interface PassingState {
  readonly state: ContainerState;
  readonly sinceMs: number;
}

/** Notes which containers are in a state that should soon be over. */
export function notePassing(state: ReconcileState, containers: readonly RuntimeContainer[], nowMs: number): void {
  const passing = containers.filter((container) => isPassing(container.state));
  state.passing = new Map(
    passing.map((container) => {
      const before = state.passing.get(container.id);
      const isSame = before?.state === container.state && before.sinceMs <= nowMs;
      return [container.id, isSame ? before : { state: container.state, sinceMs: nowMs }];
    }),
  );
}

/** An error that stopped a pass. */
export type PassError = Pick<Blocked, "message" | "code" | "hint">;

const MAX_STEPS = 64;

export function createReconcileState(service: ServiceName): ReconcileState {
  return {
    service,
    isListed: false,
    containers: [],
    changed: new Map(),
    plan: { drift: [], actions: [], blocked: [], asDesired: false },
    plannedFor: undefined,
    tried: [],
    steps: [],
    currentSteps: new Map(),
    isActing: false,
    passing: new Map(),
    deaths: 0,
    conflicts: new Map(),
    waiting: new Map(),
    passError: undefined,
    superseded: new AbortController(),
  };
}

export interface StepFacts {
  readonly generation: number;
  readonly component: ComponentName;
  readonly step: StepName;
  readonly detail: string | undefined;
  readonly at: string;
}

/** Steps of the newest generation only, the last MAX_STEPS. */
export function withStep(steps: readonly Step[], { detail, ...facts }: StepFacts): readonly Step[] {
  const step: Step = { ...facts, ...(detail === undefined ? {} : { detail }) };
  return [...steps.filter((s) => s.generation === facts.generation), step].slice(-MAX_STEPS);
}

/** The containers of the service as last listed, with the changes by actions under way. */
export function currentContainers({ containers, changed }: ReconcileState): ObservedContainer[] {
  const unchanged = containers.filter(({ id }) => !changed.has(id));
  return [...unchanged, ...[...changed.values()].filter((container) => container !== undefined)];
}

/** Records what is known of a container now; undefined: it was removed. */
export function recordChange(state: ReconcileState, id: string, container: ObservedContainer | undefined): void {
  state.changed = new Map([...state.changed, [id, container]]);
}

/** Records that a container was stopped. */
export function recordStop(state: ReconcileState, id: string): void {
  const stopped = currentContainers(state).find((container) => container.id === id);
  if (stopped === undefined) return;
  const { health: _, ...container } = stopped;
  recordChange(state, id, { ...container, state: "exited" });
}

/** Adds a step. It is its component's current step until the next one, or until `endStep`. */
export function beginStep(state: ReconcileState, facts: StepFacts): void {
  const { component, step: name, at: since, detail } = facts;
  state.steps = withStep(state.steps, facts);
  const others = [...state.currentSteps].filter(([other]) => other !== component);
  const isOver = name === "up";
  state.currentSteps = new Map(isOver ? others : [...others, [component, { name, since, ...present({ detail }) }]]);
}

/** The component has no current step any more. */
export function endStep(state: ReconcileState, component: ComponentName): void {
  state.currentSteps = new Map([...state.currentSteps].filter(([other]) => other !== component));
}
