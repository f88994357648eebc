/** What a pass without further actions means for the generation: settled, applied, and the event that reports it. Pure. */
import { isTombstone } from "../../../schemas/service/desired.ts";
import type { MakeEvent } from "../../state/events.ts";
import type { MemoryChange } from "../../state/service-cache.ts";
import type { EventDraft, ServiceMemory, ServiceRow } from "../../store/store.ts";
import type { Plan } from "../plan/plan.ts";
import { isApplied, isSettled } from "../plan/service-state.ts";

export function markApplied(row: ServiceRow, plan: Plan, makeEvent: MakeEvent): MemoryChange {
  const { memory, ref } = row;
  const applied = isApplied(plan) && ref.generation > memory.appliedGeneration;
  const settled = isSettled(plan) && ref.generation > memory.settledGeneration;
  if (!applied && !settled) return { memory };
  if (!applied) return { memory: { ...memory, settledGeneration: ref.generation } };
  return { memory: appliedMemory(row), events: [appliedEvent(row, makeEvent)] };
}

/** Removes failures, and everything about components that are no longer desired. */
function appliedMemory({ memory, document, ref }: ServiceRow): ServiceMemory {
  const { failure: _failure, asked: _asked, stopped = [], promoted, ...rest } = memory;
  const components = isTombstone(document) ? [] : document.spec.components.map((c) => c.name);
  const isActive = !isTombstone(document) && document.spec.active;
  const own = ([name]: [string, unknown]) => components.includes(name);
  const notRunning = isActive ? stopped.filter((name) => components.includes(name)) : components;
  return {
    ...rest,
    appliedGeneration: ref.generation,
    settledGeneration: ref.generation,
    failed: {},
    serving: Object.fromEntries(Object.entries(memory.serving).filter(own)),
    ...(promoted === undefined ? {} : { promoted: Object.fromEntries(Object.entries(promoted).filter(own)) }),
    ...(notRunning.length === 0 ? {} : { stopped: notRunning }),
  };
}

function appliedEvent(row: ServiceRow, makeEvent: MakeEvent): EventDraft {
  const { document, service } = row;
  const facts = { service, generation: document.generation, author: document.author };
  const by = `generation ${document.generation} by ${document.author}`;
  if (isTombstone(document)) return makeEvent("service-removed", `${service} was removed (${by})`, facts);
  if (!document.spec.active) return makeEvent("service-stopped", `${service} was stopped (${by})`, facts);
  if (document.command === "start") return makeEvent("service-started", `${service} was started (${by})`, facts);
  return makeEvent("deploy-succeeded", `${service} is running as desired (${by})`, facts);
}
