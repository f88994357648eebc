/**
 * Opens a LibsqlStore: makes the file private, upgrades the schema, checks the content. A damaged store
 * is thrown as DamagedStore and left untouched; open-store.ts decides what to do.
 */
import { existsSync } from "node:fs";
import { DamagedStore } from "./damaged-store.ts";
import { LibsqlStore } from "./libsql-store.ts";
import { migrate } from "./migrations.ts";
import { ensurePrivateFile, openDatabase, type StoreDatabase } from "./store-database.ts";
import { problemOf, type StoredRow } from "./stored-row.ts";

export interface OpenLibsqlStoreOptions {
  /** Unix milliseconds; the first sequence number of a new database. */
  readonly nowMs: number;
  readonly maxUndelivered?: number;
}

export interface OpenedLibsqlStore {
  readonly store: LibsqlStore;
  /** True when there was no database, or an empty one. */
  readonly created: boolean;
  /** From now on no sequence number below `value` is assigned. */
  startSequenceFrom(value: number): void;
}

/** @throws McpError E_STORE, for example DamagedStore. */
export function openLibsqlStore(path: string, options: OpenLibsqlStoreOptions): OpenedLibsqlStore {
  const hadLog = existsSync(`${path}-wal`);
  ensurePrivateFile(path);
  const database = openDatabase(path);
  try {
    database.all("PRAGMA journal_mode=WAL");
    database.exec("PRAGMA synchronous=FULL");
    const created = migrate(database);
    if (!created) checkContent(database);
    beginLife(database, { created, hadLog, nowMs: options.nowMs });
    return {
      store: new LibsqlStore(database, options.maxUndelivered),
      created,
      startSequenceFrom: (value) => startSequenceFrom(database, value),
    };
  } catch (error) {
    database.abandon();
    throw error;
  }
}

/** @throws DamagedStore when the agent would set this database aside */
export function checkContent(database: StoreDatabase): void {
  const found = database.all<{ quick_check: string }>("PRAGMA quick_check(1)")[0]?.quick_check;
  if (found !== "ok") throw new DamagedStore(database.path, found ?? "it cannot be checked");
  const unreadable = "SELECT sequence FROM event WHERE delivered = 0 AND NOT json_valid(event)";
  if (database.all(unreadable).length > 0) throw new DamagedStore(database.path, "an event is not valid JSON");
  for (const row of database.all<StoredRow>("SELECT * FROM service")) {
    const flaw = problemOf(row);
    if (flaw !== undefined) throw new DamagedStore(database.path, `service ${row.service}: ${flaw}`);
  }
}

// A database that was not closed has its log next to it. If not, somebody copied only the file, or the log was lost
// with events in it: consumers may have seen their numbers, so new ones start above them. That leaves a gap.
function beginLife(database: StoreDatabase, life: { created: boolean; hadLog: boolean; nowMs: number }): void {
  const wasOpen = database.all<{ open: number }>("SELECT open FROM life")[0]?.open === 1;
  if (life.created || (wasOpen && !life.hadLog)) startSequenceFrom(database, life.nowMs);
  if (wasOpen) return;
  database.run("UPDATE life SET open = 1");
  database.all("PRAGMA wal_checkpoint(TRUNCATE)");
}

function startSequenceFrom(database: StoreDatabase, value: number): void {
  database.transaction(() => {
    const last = database.all<{ seq: number }>("SELECT seq FROM sqlite_sequence WHERE name = 'event'")[0]?.seq ?? 0;
    database.run("DELETE FROM sqlite_sequence WHERE name = 'event'");
    database.run("INSERT INTO sqlite_sequence (name, seq) VALUES ('event', ?)", Math.max(last, value - 1));
  });
}
