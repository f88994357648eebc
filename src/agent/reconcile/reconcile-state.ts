/**
 * What the reconciler keeps of one service between passes: the last look and the last plan. Volatile; all that must
 * survive the agent is in the book.
 */

import type { Blocked, Step, StepName } from "../../schemas/service/observed.ts";
import type { ComponentName, ServiceName } from "../../values/names.ts";
import type { ObservedContainer } from "./plan/classify.ts";
import type { Plan } from "./plan/plan.ts";

export interface ReconcileState {
  readonly service: ServiceName;
  /** False until the first look: nothing is known of its containers. */
  looked: boolean;
  containers: readonly ObservedContainer[];
  plan: Plan;
  steps: readonly Step[];
  /** True while actions are carried out: what the runtime says of these containers is our own doing. */
  acting: boolean;
  /** Foreign containers found in the way, by component. */
  conflicts: ReadonlyMap<ComponentName, Blocked>;
  /** Why the last pass could not be made. */
  trouble: string | undefined;
  /** Ends the pass under way because there is something newer to do. */
  superseded: AbortController;
}

const MAX_STEPS = 64;

export function createReconcileState(service: ServiceName): ReconcileState {
  return {
    service,
    looked: false,
    containers: [],
    plan: { drift: [], actions: [], blocked: [], asDesired: false },
    steps: [],
    acting: false,
    conflicts: new Map(),
    trouble: undefined,
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
