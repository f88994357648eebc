/** How the outcome of an action changes what the agent remembers of the service. Pure. */

import type { Blocked } from "../../../schemas/service/observed.ts";
import type { ComponentName } from "../../../values/names.ts";
import { present } from "../../../values/present.ts";
import type { RepairRecord, ServiceMemory } from "../../store/store.ts";
import type { Outcome } from "../execute/apply.ts";
import { repairDelayMs, retryDelayMs } from "../model/backoff.ts";

export interface Moment {
  readonly nowMs: number;
  /** 0 ≤ n < 1 */
  readonly random: number;
}

/** @param accepted the generation accepted now: the outcome of an earlier one does not block it */
export function recordOutcome(
  memory: ServiceMemory,
  outcome: Outcome,
  { accepted, ...moment }: Moment & { readonly accepted: number },
): ServiceMemory {
  const { action, failure, blocked } = outcome;
  if (failure === undefined && blocked === undefined && "spec" in action && action.spec !== undefined) {
    return counted(cameUp(withAsked(memory, outcome), action.component, action.spec), outcome, moment);
  }
  if (outcome.generation !== accepted) return failure === undefined ? memory : ended(memory, action.component);
  if (failure === undefined) return counted(memory, outcome, moment);
  const { component } = failure;
  return {
    ...ended(memory, component),
    failure,
    failed: { ...memory.failed, [component]: failure.generation },
    repairs: { ...memory.repairs, [component]: next(memory.repairs[component], moment, retryDelayMs) },
  };
}

/** The component waits for another one: nothing was tried. */
export function isWaiting({ reason }: Blocked): boolean {
  return reason === "dependency" || reason === "port-taken";
}

/**
 * Counts repairs of drift and failed attempts; waiting for a foreign container is neither. The first repair
 * that succeeds after failed attempts counts as the first one: nobody has undone a repair yet.
 */
function counted(memory: ServiceMemory, outcome: Outcome, moment: Moment): ServiceMemory {
  const { action, blocked, hadNoEffect } = outcome;
  const counts = blocked === undefined ? action.repairs : !isWaiting(blocked) && blocked.reason !== "name-taken";
  if (!counts) return memory;
  const before = memory.repairs[action.component];
  const goesOn = blocked !== undefined || before?.refused === undefined || before.vain === true;
  const record = next(goesOn ? before : undefined, moment, repairDelayMs);
  // What had no effect the last time is not believed to have had one now: if it did, nothing is left to repair.
  const stays = blocked === undefined && before?.vain === true ? before : undefined;
  const refusal = present({
    refused: blocked?.message ?? stays?.refused,
    vain: hadNoEffect ?? stays?.vain,
    code: blocked?.code ?? stays?.code,
    hint: blocked?.hint ?? stays?.hint,
  });
  return { ...memory, repairs: { ...memory.repairs, [action.component]: { ...record, ...refusal } } };
}

/** The registry was asked for this generation. */
function withAsked(memory: ServiceMemory, { action, generation }: Outcome): ServiceMemory {
  if (action.kind !== "rollout" || action.ifImageMoved !== true) return memory;
  return { ...memory, asked: { ...memory.asked, [action.component]: generation } };
}

/** The component's attempt has ended, and it has been started since the service was last stopped. */
function ended(memory: ServiceMemory, component: ComponentName): ServiceMemory {
  const { stopped, ...rest } = memory;
  const notRunning = stopped?.filter((name) => name !== component) ?? [];
  return {
    ...rest,
    attempts: without(memory.attempts, component),
    ...(notRunning.length === 0 ? {} : { stopped: notRunning }),
  };
}

/** The container of the component's attempt has come up: it serves. */
export function cameUp(
  memory: ServiceMemory,
  component: ComponentName,
  spec: ServiceMemory["serving"][string],
): ServiceMemory {
  const { failure, ...rest } = ended(memory, component);
  const attempt = memory.attempts[component];
  return {
    ...rest,
    ...(attempt === undefined ? {} : { promoted: { ...memory.promoted, [component]: attempt } }),
    failed: without(memory.failed, component),
    serving: { ...memory.serving, [component]: spec },
    ...(failure === undefined || failure.component === component ? {} : { failure }),
  };
}

function next(
  record: RepairRecord | undefined,
  { nowMs, random }: Moment,
  delayMs: (count: number, random: number) => number,
): RepairRecord {
  const { refused: _refused, vain: _vain, code: _code, hint: _hint, ...known } = record ?? { count: 0 };
  const count = known.count + 1;
  return { ...known, count, lastMs: nowMs, notBeforeMs: nowMs + delayMs(count, random) };
}

function without<T>(record: Readonly<Record<string, T>>, key: string): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => name !== key));
}
