/**
 * The schema's history: numbered by position, append-only, never edited once released. `PRAGMA user_version` is the
 * number of steps applied to a file; `application_id` distinguishes our files from those of other programs.
 */
import { McpError, NO_RETRY } from "../../values/error.ts";
import { DamagedStore } from "./damaged-store.ts";
import type { StoreDatabase } from "./store-database.ts";

/** "mcps" in ASCII. */
const APPLICATION_ID = 0x6d637073;

const MIGRATIONS: readonly string[] = [
  `CREATE TABLE service (
     service TEXT PRIMARY KEY, generation INTEGER NOT NULL, hash TEXT NOT NULL, document TEXT NOT NULL,
     memory TEXT NOT NULL) STRICT;
   CREATE TABLE event (
     sequence INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, severity TEXT NOT NULL, event TEXT NOT NULL,
     delivered INTEGER NOT NULL DEFAULT 0) STRICT;
   CREATE INDEX event_undelivered ON event (sequence) WHERE delivered = 0;
   CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
   CREATE TABLE life (open INTEGER NOT NULL) STRICT;
   INSERT INTO life VALUES (0);
   PRAGMA application_id = ${APPLICATION_ID};`,
];

export const SCHEMA_VERSION = MIGRATIONS.length;

/**
 * Upgrades the database to SCHEMA_VERSION, each step in its own transaction. @returns true when it was empty before.
 * @throws McpError E_STORE when it was written by a newer version or belongs to another program; DamagedStore when its
 * header does not match its tables.
 */
export function migrate(database: StoreDatabase): boolean {
  const version = requireOurs(database);
  for (const [index, sql] of MIGRATIONS.entries()) {
    if (index >= version) step(database, sql, index + 1);
  }
  return version === 0;
}

/** Changes nothing. @returns the version of its schema, 0 for an empty database. @throws McpError as `migrate` */
export function requireOurs(database: StoreDatabase): number {
  const version = numberOf(database, "PRAGMA user_version");
  const tables = numberOf(database, "SELECT count(*) FROM sqlite_schema");
  refuseForeign(database, tables);
  if (version > SCHEMA_VERSION) throw newer(database.path, version);
  if (version < 1 && tables > 0) throw new DamagedStore(database.path, "its header lost the schema version");
  if (version > 0 && tables === 0) throw new DamagedStore(database.path, "its tables are gone");
  return version;
}

function step(database: StoreDatabase, sql: string, version: number): void {
  database.transaction(() => database.exec(`${sql} PRAGMA user_version = ${version};`));
}

// A wrong path must not damage somebody's database: only our own files are ever set aside.
function refuseForeign(database: StoreDatabase, tables: number): void {
  const id = numberOf(database, "PRAGMA application_id");
  if (tables === 0 || id === APPLICATION_ID) return;
  throw new McpError("E_STORE", `${database.path} is a database of another program`, {
    hint: "set `[store] path` to a file of mcp's own",
  });
}

function newer(path: string, version: number): McpError {
  return new McpError(
    "E_STORE",
    `${path} was written by a newer mcp: schema ${version}, known up to ${SCHEMA_VERSION}`,
    {
      hint: "upgrade this mcp-agent, or restore a snapshot made by this version",
      details: NO_RETRY,
    },
  );
}

function numberOf(database: StoreDatabase, sql: string): number {
  return Object.values(database.all<Record<string, number>>(sql)[0] ?? {})[0] ?? 0;
}
