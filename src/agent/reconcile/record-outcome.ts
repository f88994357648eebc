/** How the outcome of an action changes what the agent remembers of the service. Pure. */
import type { ComponentName } from "../../schemas/names.ts";
import type { RepairRecord, ServiceMemory } from "../store/store.ts";
import type { Outcome } from "./apply.ts";
import { repairDelayMs, retryDelayMs } from "./backoff.ts";

export interface Moment {
  readonly nowMs: number;
  /** 0 ≤ n < 1 */
  readonly random: number;
}

export function recordOutcome(memory: ServiceMemory, outcome: Outcome, moment: Moment): ServiceMemory {
  const { action, failure, blocked } = outcome;
  const { component } = action;
  if (failure !== undefined) {
    return {
      ...memory,
      failure,
      attempts: without(memory.attempts, component),
      failed: { ...memory.failed, [component]: failure.generation },
      repairs: { ...memory.repairs, [component]: next(memory.repairs[component], moment, retryDelayMs) },
    };
  }
  const counted =
    action.repairs || blocked !== undefined
      ? {
          ...memory,
          repairs: { ...memory.repairs, [component]: next(memory.repairs[component], moment, repairDelayMs) },
        }
      : memory;
  if (blocked === undefined && action.kind === "rollout") return cameUp(counted, component, action.spec);
  return counted;
}

function cameUp(
  memory: ServiceMemory,
  component: ComponentName,
  spec: ServiceMemory["serving"][string],
): ServiceMemory {
  const { failure, ...rest } = memory;
  return {
    ...rest,
    attempts: without(memory.attempts, component),
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
  const count = (record?.count ?? 0) + 1;
  return { ...record, count, lastMs: nowMs, notBeforeMs: nowMs + delayMs(count, random) };
}

function without<T>(record: Readonly<Record<string, T>>, key: string): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => name !== key));
}
