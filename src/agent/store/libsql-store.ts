/**
 * The agent's store in one SQLite file, with libSQL: WAL and synchronous=FULL, so acknowledged writes survive a power
 * cut. Sequence numbers are SQLite's AUTOINCREMENT, assigned in the transaction of the change: a failed one leaves no gap,
 * none is used twice. They start at the Unix millisecond at which the file was created, so that a node that lost its store does
 * not start again at 1.
 */
import type { DesiredService, StateRef } from "../../schemas/service/desired.ts";
import type { McpEvent, Severity } from "../../schemas/wire/event.ts";
import { McpError } from "../../values/error.ts";
import type { ServiceName } from "../../values/names.ts";
import { dropsOf, KEPT_DELIVERED, lossEvent, MAX_UNDELIVERED, type SeverityCounts } from "./outbox-bound.ts";
import { type EventDraft, PROBE_BYTES, type ServiceMemory, type ServiceRow, type Store } from "./store.ts";
import type { StoreDatabase } from "./store-database.ts";
import { writeSnapshot } from "./store-snapshot.ts";
import { rowOf, type StoredRow } from "./stored-row.ts";

const UPSERT = `INSERT INTO service (service, generation, hash, document, memory) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (service) DO UPDATE SET generation = excluded.generation, hash = excluded.hash,
    document = excluded.document, memory = excluded.memory`;
/** The fact that a probe writes and removes. */
const PROBE = "probe";
const DROP = `DELETE FROM event WHERE sequence IN
  (SELECT sequence FROM event WHERE delivered = 0 AND severity = ? ORDER BY sequence LIMIT ?)`;

export class LibsqlStore implements Store {
  readonly #database: StoreDatabase;
  readonly #maxUndelivered: number;

  /** @param database open, migrated, and from now on used only by this store */
  constructor(database: StoreDatabase, maxUndelivered = MAX_UNDELIVERED) {
    this.#database = database;
    this.#maxUndelivered = maxUndelivered;
  }

  async services(): Promise<ServiceRow[]> {
    return this.#database.all<StoredRow>("SELECT * FROM service ORDER BY service").map(rowOf);
  }

  async accept(document: DesiredService, ref: StateRef, memory: ServiceMemory, events: readonly EventDraft[]) {
    const values = [document.service, ref.generation, ref.hash, JSON.stringify(document), JSON.stringify(memory)];
    this.#database.transaction(() => {
      this.#database.run(UPSERT, ...values);
      this.#insert(events);
    });
  }

  async remember(service: ServiceName, memory: ServiceMemory, events: readonly EventDraft[]) {
    this.#database.transaction(() => {
      const update = "UPDATE service SET memory = ? WHERE service = ? RETURNING service";
      const changed = this.#database.all(update, JSON.stringify(memory), service);
      if (changed.length === 0) throw new McpError("E_STORE", `service ${service} was never accepted here`);
      this.#insert(events);
    });
  }

  async append(events: readonly EventDraft[]) {
    if (events.length > 0) this.#database.transaction(() => this.#insert(events));
  }

  async nextUndelivered(): Promise<McpEvent | undefined> {
    const sql = "SELECT sequence, event FROM event WHERE delivered = 0 ORDER BY sequence LIMIT 1";
    const row = this.#database.all<EventRow>(sql)[0];
    return row && eventOf(row);
  }

  /** If a power cut loses this write, the event is delivered again and the stream drops the duplicate by its id. */
  async markDelivered(eventId: string) {
    this.#database.lightTransaction(() => {
      this.#database.run("UPDATE event SET delivered = 1 WHERE id = ?", eventId);
      const kept = "(SELECT sequence FROM event WHERE id = ?) - ?";
      this.#database.run(`DELETE FROM event WHERE sequence <= ${kept} AND delivered = 1`, eventId, KEPT_DELIVERED);
    });
  }

  async undeliveredCount(): Promise<number> {
    return this.#undelivered();
  }

  async eventsAfter(sequence: number, limit: number): Promise<McpEvent[]> {
    const sql = "SELECT sequence, event FROM event WHERE sequence > ? ORDER BY sequence LIMIT ?";
    return this.#database.all<EventRow>(sql, sequence, limit).map(eventOf);
  }

  async fact(name: string): Promise<string | undefined> {
    return this.#database.all<{ value: string }>("SELECT value FROM fact WHERE name = ?", name)[0]?.value;
  }

  async setFact(name: string, value: string) {
    const sql = "INSERT INTO fact VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    this.#database.run(sql, name, value);
  }

  /** Only what is committed is written; so the second statement is a transaction of its own. */
  async probe() {
    await this.setFact(PROBE, "x".repeat(PROBE_BYTES));
    this.#database.run("DELETE FROM fact WHERE name = ?", PROBE);
  }

  async snapshot(path: string) {
    await writeSnapshot(this.#database, path);
  }

  async close() {
    if (!this.#database.isOpen) return;
    try {
      this.#database.run("UPDATE life SET open = 0");
    } finally {
      this.#database.close();
    }
  }

  #insert(events: readonly EventDraft[]): void {
    for (const event of events) this.#insertOne(event);
    const last = events.at(-1);
    if (last !== undefined && this.#undelivered() > this.#maxUndelivered) this.#shorten(last);
  }

  #insertOne(event: EventDraft): void {
    const sql = "INSERT INTO event (id, severity, event) VALUES (?, ?, ?)";
    this.#database.run(sql, event.id, event.severity, JSON.stringify(event));
  }

  #shorten(last: EventDraft): void {
    const drops = dropsOf(this.#countsBySeverity(), this.#maxUndelivered);
    for (const [severity, count] of Object.entries(drops)) this.#database.run(DROP, severity, count);
    this.#insertOne(lossEvent(last, drops));
  }

  #countsBySeverity(): SeverityCounts {
    const sql = "SELECT severity, count(*) AS count FROM event WHERE delivered = 0 GROUP BY severity";
    const rows = this.#database.all<{ severity: Severity; count: number }>(sql);
    return { info: 0, warning: 0, error: 0, ...Object.fromEntries(rows.map((row) => [row.severity, row.count])) };
  }

  #undelivered(): number {
    return (
      this.#database.all<{ count: number }>("SELECT count(*) AS count FROM event WHERE delivered = 0")[0]?.count ?? 0
    );
  }
}

interface EventRow {
  readonly sequence: number;
  readonly event: string;
}

function eventOf({ sequence, event }: EventRow): McpEvent {
  const draft: EventDraft = JSON.parse(event);
  return { ...draft, sequence };
}
