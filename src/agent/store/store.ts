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
  /** Unix milliseconds before which no attempt is made. */
  readonly notBeforeMs: number;
  /** Unix milliseconds of the last try. */
  readonly lastMs: number;
  /** True once `drift-fight` was reported. */
  readonly fought?: true;
  /** Why the runtime refused the last attempt; then nobody has undone a repair. */
  readonly refused?: string;
  /** With `refused`: the runtime reports success, but nothing changes. */
  readonly vain?: true;
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
  /** The last generation that was carried out completely. */
  readonly appliedGeneration: number;
  /** The last generation whose rollout has ended, with success or failure: differences after that are drift. */
  readonly settledGeneration: number;
  /** The spec of each component's serving container: decides whether a new one may run at the same time. */
  readonly serving: Readonly<Record<ComponentName, ComponentSpec>>;
  readonly failure?: Failure;
  /** By component, the attempt id of the container being brought up; stored before the container is created. */
  readonly attempts: Readonly<Record<ComponentName, string>>;
  /** By component, the attempt id of the container that came up last: it serves, whatever its name is. 0.1 did not store it. */
  readonly promoted?: Readonly<Record<ComponentName, string>>;
  /** By component with `pull = "always"`, the generation for which its registry was asked last. */
  readonly asked?: Readonly<Record<ComponentName, number>>;
  readonly drift: readonly OpenDrift[];
  readonly repairs: Readonly<Record<ComponentName, RepairRecord>>;
  /** By component, the generation that failed to come up, so that it is not tried again without a change. */
  readonly failed: Readonly<Record<ComponentName, number>>;
  /** Components that flap. */
  readonly flapping?: Readonly<Record<ComponentName, Flap>>;
  /** Components that an applied stop has stopped and that were not started since. */
  readonly stopped?: readonly ComponentName[];
  /** The reason last reported as `desired-regressed` or `desired-refused`, so that it is reported once. */
  readonly regressed?: string;
  /** With `regressed`: the `writeId` of the refused document. */
  readonly refused?: string;
  /** With `regressed`: the kind of the rejection; version 0.1 did not store it. */
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

/** How much `Store.probe` writes: most documents are far smaller. */
export const PROBE_BYTES = 64 * 1024;

export interface Store {
  services(): Promise<ServiceRow[]>;
  /** Makes `document` the accepted state of its service, and stores the given memory. */
  accept(document: DesiredService, ref: StateRef, memory: ServiceMemory, events: readonly EventDraft[]): Promise<void>;
  /** Replaces the memory of an accepted service. @throws McpError E_STORE when it was never accepted. */
  remember(service: ServiceName, memory: ServiceMemory, events: readonly EventDraft[]): Promise<void>;
  /** Stores events that do not belong to a change of a service. */
  append(events: readonly EventDraft[]): Promise<void>;
  /** The oldest undelivered event, undefined when all are delivered. */
  nextUndelivered(): Promise<McpEvent | undefined>;
  markDelivered(eventId: string): Promise<void>;
  undeliveredCount(): Promise<number>;
  /** At most `limit` events above this sequence, oldest first, delivered or not: the last ones are kept for some time. */
  eventsAfter(sequence: number, limit: number): Promise<McpEvent[]>;
  /** Small facts by name, such as the node's identity. */
  fact(name: string): Promise<string | undefined>;
  setFact(name: string, value: string): Promise<void>;
  /** Writes as much as a usual acceptance needs, and removes it again. @throws McpError E_STORE where that does not succeed */
  probe(): Promise<void>;
  /** Writes a consistent copy to a new file of mode 0600. @throws McpError E_FILE when it exists. */
  snapshot(path: string): Promise<void>;
  close(): Promise<void>;
}
