/**
 * The store's twin without a disk, for simulated fleets and unit tests: the same contract, except that nothing survives
 * the process. Values are kept as given, not copied: all of them are readonly.
 */
import { writeFile } from "node:fs/promises";
import type { DesiredService, StateRef } from "../../schemas/service/desired.ts";
import type { McpEvent, Severity } from "../../schemas/wire/event.ts";
import { McpError } from "../../values/error.ts";
import type { ServiceName } from "../../values/names.ts";
import { dropsOf, KEPT_DELIVERED, lossEvent, MAX_UNDELIVERED } from "./outbox-bound.ts";
import type { EventDraft, ServiceMemory, ServiceRow, Store } from "./store.ts";

export class MemoryStore implements Store {
  readonly #services = new Map<ServiceName, ServiceRow>();
  readonly #facts = new Map<string, string>();
  readonly #maxUndelivered: number;
  /** By id, oldest first. */
  readonly #undelivered = new Map<string, McpEvent>();
  /** The last delivered events, oldest first. */
  #delivered: readonly McpEvent[] = [];
  #sequence = 0;
  #closed = false;

  constructor(maxUndelivered = MAX_UNDELIVERED) {
    this.#maxUndelivered = maxUndelivered;
  }

  async services(): Promise<ServiceRow[]> {
    this.#check();
    return [...this.#services.values()].sort((a, b) => (a.service < b.service ? -1 : 1));
  }

  async accept(document: DesiredService, ref: StateRef, memory: ServiceMemory, events: readonly EventDraft[]) {
    this.#check();
    this.#insert(events);
    this.#services.set(document.service, { service: document.service, document, ref, memory });
  }

  async remember(service: ServiceName, memory: ServiceMemory, events: readonly EventDraft[]) {
    this.#check();
    const row = this.#services.get(service);
    if (row === undefined) throw new McpError("E_STORE", `service ${service} was never accepted here`);
    this.#insert(events);
    this.#services.set(service, { ...row, memory });
  }

  async append(events: readonly EventDraft[]) {
    this.#check();
    this.#insert(events);
  }

  async nextUndelivered(): Promise<McpEvent | undefined> {
    this.#check();
    return this.#undelivered.values().next().value;
  }

  async markDelivered(eventId: string) {
    this.#check();
    const event = this.#undelivered.get(eventId);
    if (event !== undefined) this.#delivered = [...this.#delivered, event].slice(-KEPT_DELIVERED);
    this.#undelivered.delete(eventId);
  }

  async undeliveredCount(): Promise<number> {
    this.#check();
    return this.#undelivered.size;
  }

  async eventsAfter(sequence: number, limit: number): Promise<McpEvent[]> {
    this.#check();
    const kept = [...this.#delivered, ...this.#undelivered.values()].filter((event) => event.sequence > sequence);
    return kept.toSorted((a, b) => a.sequence - b.sequence).slice(0, limit);
  }

  async fact(name: string): Promise<string | undefined> {
    this.#check();
    return this.#facts.get(name);
  }

  async setFact(name: string, value: string) {
    this.#check();
    this.#facts.set(name, value);
  }

  async probe() {
    this.#check();
  }

  /** Writes its content as JSON, so that a file is created as with the real store. */
  async snapshot(path: string) {
    this.#check();
    const content = JSON.stringify({ services: [...this.#services.values()], facts: [...this.#facts] });
    try {
      await writeFile(path, content, { flag: "wx", mode: 0o600 });
    } catch (cause) {
      throw new McpError("E_FILE", `cannot create the snapshot ${path}`, { cause });
    }
  }

  async close() {
    this.#closed = true;
  }

  #check(): void {
    if (this.#closed) throw new McpError("E_STORE", "the store is closed");
  }

  // All or nothing, as in a transaction: every id is checked before the first event is stored.
  #insert(events: readonly EventDraft[]): void {
    const own = new Set<string>();
    for (const { id } of events) {
      if (own.has(id) || this.#undelivered.has(id)) throw new McpError("E_STORE", `event ${id} is already stored`);
      own.add(id);
    }
    for (const event of events) this.#insertOne(event);
    const last = events.at(-1);
    if (last !== undefined && this.#undelivered.size > this.#maxUndelivered) this.#shorten(last);
  }

  #insertOne(event: EventDraft): void {
    this.#undelivered.set(event.id, { ...event, sequence: ++this.#sequence });
  }

  #shorten(last: EventDraft): void {
    const counts: Record<Severity, number> = { info: 0, warning: 0, error: 0 };
    for (const { severity } of this.#undelivered.values()) counts[severity]++;
    const drops = dropsOf(counts, this.#maxUndelivered);
    const left = { ...drops };
    for (const { id, severity } of this.#undelivered.values()) {
      if (left[severity]-- > 0) this.#undelivered.delete(id);
    }
    this.#insertOne(lossEvent(last, drops));
  }
}
