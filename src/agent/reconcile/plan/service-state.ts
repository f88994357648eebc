/** The state of a service, and whether its generation has been carried out. Pure. */
import { type DesiredService, isTombstone } from "../../../schemas/service/desired.ts";
import { isReportedOnly } from "../../../schemas/service/drift.ts";
import type { Blocked, ServiceState } from "../../../schemas/service/observed.ts";
import type { ServiceMemory } from "../../store/store.ts";
import type { Plan } from "./plan.ts";

const GIVEN_UP: readonly Blocked["reason"][] = ["failed", "fight", "runtime", "unsupported"];

export function serviceState(document: DesiredService, memory: ServiceMemory, plan: Plan): ServiceState {
  if (plan.actions.length > 0) return "progressing";
  if (isTombstone(document)) return "removed";
  if (plan.blocked.some((b) => GIVEN_UP.includes(b.reason))) return "degraded";
  if (plan.blocked.length > 0) return "blocked";
  if (!plan.drift.every(isReportedOnly)) return "degraded";
  if (document.generation > memory.appliedGeneration) {
    return document.generation > memory.settledGeneration ? "progressing" : "degraded";
  }
  return document.spec.active ? "converged" : "stopped";
}

/** Nothing more can be done for this generation now; further differences are drift. */
export function isSettled({ actions, blocked, isWaiting }: Plan): boolean {
  if (actions.length > 0 || isWaiting) return false;
  return !blocked.some(({ reason }) => reason === "name-taken" || reason === "port-taken");
}

/** Everything is as this generation specifies. */
export function isApplied(plan: Plan): boolean {
  return plan.actions.length === 0 && plan.blocked.length === 0 && plan.asDesired;
}
