/**
 * The port to the agent's own memory, with its contract; libsql-store.ts implements it, memory-store.ts is its twin,
 * and test/contract/store.test.ts holds for both. Every write is one transaction and durable when its promise
 * resolves. An event is stored together with the change it reports and gets the next sequence number there.
 */
import type { DesiredService, StateRef } from "../../schemas/service/desired.ts";
import type { OpenDrift } from "../../schemas/service/drift.ts";
import type { Failure } from "../../schemas/service/observed.ts";
import type { ComponentSpec } from "../../schemas/service/spec.ts";
import type { McpEvent } from "../../schemas/wire/event.ts";
import type { ComponentName, ServiceName } from "../../values/names.ts";

/** An event before the store has given it its sequence number. */
export type EventDraft = Omit<McpEvent, "sequence">;

/** Attempts to repair a component; drives backoff and the limit on repairs. */
export interface RepairRecord {
  readonly count: number;
  /** Unix milliseconds before which nothing is tried. */
  readonly notBeforeMs: number;
  /** Unix milliseconds of the last try. */
  readonly lastMs: number;
  /** True once `drift-fight` was reported. */
  readonly fought?: true;
  /** Why the last attempt failed: the runtime refused it, so that nobody undid it. */
  readonly refused?: string;
  /** With `refused`: the error's code and hint. */
  readonly code?: string;
  readonly hint?: string;
}

/** A component that ends again and again; its single exits are not reported during that time (reconcile/record/suppress-flapping.ts). */
export interface Flap {
  /** The generation that flaps. */
  readonly generation: number;
  /** Unix milliseconds at which it counts as quiet unless it ends again before. */
  readonly quietAtMs: number;
  /** The `not-running` drift that was reported as open, but not as closed, before reports were suppressed. */
  readonly told?: OpenDrift;
}

/** Everything the agent remembers of a service in addition to what it accepted. */
export interface ServiceMemory {
  /** The last generation carried out in full. */
  readonly appliedGeneration: number;
  /** The last generation that nothing more can be done for, whether it succeeded or not: from then on it is drift. */
  readonly settledGeneration: number;
  /** The spec each component's serving container was made from: decides whether a new one may run side by side with it. */
  readonly serving: Readonly<Record<ComponentName, ComponentSpec>>;
  readonly failure?: Failure;
  /** Attempt id of the container being brought up, by component; stored before it is created. */
  readonly attempts: Readonly<Record<ComponentName, string>>;
  readonly drift: readonly OpenDrift[];
  readonly repairs: Readonly<Record<ComponentName, RepairRecord>>;
  /** Generation at which bringing a component up failed, so that it is not tried again while nothing changed. */
  readonly failed: Readonly<Record<ComponentName, number>>;
  /** Components that flap. */
  readonly flapping?: Readonly<Record<ComponentName, Flap>>;
  /** Components that an applied stop has left at rest and that no start has brought up since. */
  readonly stopped?: readonly ComponentName[];
  /** The fact last reported as `desired-regressed` or `desired-refused`, so that it is reported once. */
  readonly regressed?: string;
  /** With `regressed`: `writeId` of the document that was refused for what it is. */
  readonly refused?: string;
  /** With `regressed`: what kind of rejection it is; absent in what 0.1 stored. */
  readonly rejectedAs?: "refused" | "regressed";
}

export const EMPTY_MEMORY: ServiceMemory = {
  appliedGeneration: 0,
  settledGeneration: 0,
  serving: {},
  attempts: {},
  drift: [],
  repairs: {},
  failed: {},
};

export interface ServiceRow {
  readonly service: ServiceName;
  /** The state last accepted. */
  readonly document: DesiredService;
  readonly ref: StateRef;
  readonly memory: ServiceMemory;
}

export interface Store {
  services(): Promise<ServiceRow[]>;
  /** Makes `document` the accepted state of its service and keeps the memory given with it. */
  accept(document: DesiredService, ref: StateRef, memory: ServiceMemory, events: readonly EventDraft[]): Promise<void>;
  /** Replaces the memory of an accepted service. @throws McpError E_STORE when it was never accepted. */
  remember(service: ServiceName, memory: ServiceMemory, events: readonly EventDraft[]): Promise<void>;
  /** Events that belong to no service's change. */
  append(events: readonly EventDraft[]): Promise<void>;
  /** The oldest undelivered event, undefined when all are delivered. */
  nextUndelivered(): Promise<McpEvent | undefined>;
  markDelivered(eventId: string): Promise<void>;
  undeliveredCount(): Promise<number>;
  /** Events above this sequence, the oldest first, delivered or not: the last ones stay for a while. At most `limit`. */
  eventsAfter(sequence: number, limit: number): Promise<McpEvent[]>;
  /** Small facts by name: the node's identity, what recover compares. */
  fact(name: string): Promise<string | undefined>;
  setFact(name: string, value: string): Promise<void>;
  /** Writes a consistent copy to a new file of mode 0600. @throws McpError E_FILE when it exists. */
  snapshot(path: string): Promise<void>;
  close(): Promise<void>;
}
