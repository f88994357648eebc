/**
 * The agent's view of its accepted services: what the store holds, kept in memory and written through. The store is
 * written before memory changes, so what anyone reads here is durable. Changes of one service happen one by one.
 */
import pLimit, { type LimitFunction } from "p-limit";
import { type DesiredService, isTombstone, type StateRef } from "../../schemas/service/desired.ts";
import type { ComponentSpec } from "../../schemas/service/spec.ts";
import { specHash } from "../../schemas/service/spec-hash.ts";
import type { ServiceName } from "../../values/names.ts";
import { EMPTY_MEMORY, type EventDraft, type ServiceMemory, type ServiceRow, type Store } from "../store/store.ts";

/** The new memory of a service, with the events that report the change. */
export interface MemoryChange {
  readonly memory: ServiceMemory;
  readonly events?: readonly EventDraft[];
}

export interface ServiceCache {
  get(service: ServiceName): ServiceRow | undefined;
  /** In the order in which the services were first accepted. */
  all(): readonly ServiceRow[];
  /** Makes `document` the accepted state; failures, delays and rejections of the previous one are removed. */
  accept(document: DesiredService, ref: StateRef, events: readonly EventDraft[]): Promise<void>;
  /** Changes the memory of an accepted service. Writes nothing if `change` returns the same memory and no event. */
  update(service: ServiceName, change: (row: ServiceRow) => MemoryChange): Promise<void>;
}

/** @param onEvents called after events were stored, so that the outbox sends them */
export async function openServiceCache(store: Store, onEvents: () => void): Promise<ServiceCache> {
  const rows = new Map((await store.services()).map((row) => [row.service, row]));
  const queues = new Map<ServiceName, LimitFunction>();
  const inTurn = <T>(service: ServiceName, work: () => Promise<T>): Promise<T> => {
    const queue = queues.get(service) ?? pLimit(1);
    queues.set(service, queue);
    return queue(work);
  };
  const accept: ServiceCache["accept"] = async (document, ref, events) => {
    const { service } = document;
    const memory = withAdopted(forNewGeneration(rows.get(service)?.memory ?? EMPTY_MEMORY), document);
    await store.accept(document, ref, memory, events);
    rows.set(service, { service, document, ref, memory });
    if (events.length > 0) onEvents();
  };
  const update: ServiceCache["update"] = async (service, change) => {
    const row = rows.get(service);
    if (row === undefined) return;
    const { memory, events = [] } = change(row);
    if (memory === row.memory && events.length === 0) return;
    await store.remember(service, memory, events);
    rows.set(service, { ...row, memory });
    if (events.length > 0) onEvents();
  };
  return {
    get: (service) => rows.get(service),
    all: () => [...rows.values()],
    accept: (document, ref, events) => inTurn(document.service, () => accept(document, ref, events)),
    update: (service, change) => inTurn(service, () => update(service, change)),
  };
}

function forNewGeneration(memory: ServiceMemory): ServiceMemory {
  const { failure: _failure, regressed: _regressed, refused: _refused, rejectedAs: _kind, ...rest } = memory;
  return { ...rest, repairs: {}, failed: {} };
}

/** The document that adopts a container says what the container was made from. */
function withAdopted(memory: ServiceMemory, document: DesiredService): ServiceMemory {
  if (isTombstone(document)) return memory;
  const isAdopted = (spec: ComponentSpec) => {
    const entry = document.adopted?.[spec.name];
    const isNew = entry?.generation === document.generation || memory.serving[spec.name] === undefined;
    return isNew && entry?.spec === specHash(spec);
  };
  const adopted = document.spec.components.filter(isAdopted);
  if (adopted.length === 0) return memory;
  return { ...memory, serving: { ...memory.serving, ...Object.fromEntries(adopted.map((spec) => [spec.name, spec])) } };
}
