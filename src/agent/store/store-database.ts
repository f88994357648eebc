/**
 * One open SQLite file: only this file and sqlite-code.ts import libSQL. Everything it does is synchronous, so a transaction cannot be
 * interleaved; every failure is E_STORE with the file's path and libSQL's error as cause.
 *
 * Why `libsql` and not `@libsql/client` on top of it (measured on Node 20, WAL, synchronous=FULL): a commit takes
 * 0.26 to 0.32 ms, as long as the bare fsync in it, against 0.42 ms; loading 18 ms against 31 to 51 ms; 13 MB of memory
 * against 27 MB. The client is as synchronous beneath its promises, so it would not keep the event loop freer.
 */
import { chmodSync, closeSync, openSync } from "node:fs";
import Database from "libsql";
import { McpError } from "../../values/error.ts";
import { storeError } from "./store-error.ts";

export type SqlValue = string | number;

export class StoreDatabase {
  readonly path: string;
  readonly #database: Database.Database;
  readonly #statements = new Map<string, Database.Statement>();

  constructor(path: string, database: Database.Database) {
    this.path = path;
    this.#database = database;
  }

  /** Runs a statement that returns no rows. */
  run(sql: string, ...args: SqlValue[]): void {
    this.#guard("write to", () => this.#statement(sql).run(...args));
  }

  /** All rows; the caller knows the shape, since the statement is its own. */
  all<Row>(sql: string, ...args: SqlValue[]): Row[] {
    return this.#guard("read", () => this.#statement(sql).all(...args)) as Row[];
  }

  /** Runs SQL text as it is: pragmas and migrations. */
  exec(sql: string): void {
    this.#guard("change", () => this.#database.exec(sql));
  }

  /** Runs `work` in one write transaction: all of it is durable when this returns, none of it when it throws. */
  transaction(work: () => void): void {
    this.exec("BEGIN IMMEDIATE");
    try {
      work();
      this.exec("COMMIT");
    } catch (error) {
      this.#rollBack();
      throw error;
    }
  }

  /**
   * The same without waiting for the disk: it survives a killed process, but a power cut may undo it until the
   * next transaction. For work that can be repeated.
   */
  lightTransaction(work: () => void): void {
    this.exec("PRAGMA synchronous=NORMAL");
    try {
      this.transaction(work);
    } finally {
      if (this.isOpen) this.exec("PRAGMA synchronous=FULL");
    }
  }

  /**
   * Moves the write-ahead log into the file and closes; closing twice is not an error. The -wal and -shm files
   * may stay until the process ends, since libSQL frees its statements at garbage collection.
   */
  close(): void {
    if (!this.isOpen) return;
    try {
      this.all("PRAGMA wal_checkpoint(TRUNCATE)");
    } finally {
      this.abandon();
    }
  }

  /** Closes without a checkpoint: for locks, readers and files that must not be changed. */
  abandon(): void {
    if (!this.isOpen) return;
    this.#statements.clear();
    this.#database.close();
  }

  get isOpen(): boolean {
    return this.#database.open;
  }

  #statement(sql: string): Database.Statement {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  // A full disk makes SQLite roll back by itself. On a closed database `inTransaction` would abort Node.
  #rollBack(): void {
    if (this.isOpen && this.#database.inTransaction) this.#database.exec("ROLLBACK");
  }

  #guard<T>(what: string, work: () => T): T {
    if (!this.isOpen) throw new McpError("E_STORE", `cannot ${what} ${this.path}: it is closed`);
    try {
      return work();
    } catch (cause) {
      throw storeError(`cannot ${what} ${this.path}`, cause);
    }
  }
}

/**
 * Opens an existing or empty file, or one by a `file:` address with SQLite's own parameters.
 * @throws McpError E_STORE
 */
export function openDatabase(path: string, address = path): StoreDatabase {
  try {
    const database = new StoreDatabase(path, new Database(address));
    database.exec("PRAGMA busy_timeout=1000"); // another process copying the store never holds it longer
    return database;
  } catch (cause) {
    throw cause instanceof McpError ? cause : new McpError("E_STORE", `cannot open ${path}`, { cause });
  }
}

/** Creates the file empty when it is missing and makes it readable by its owner alone; -wal and -shm inherit that. */
export function ensurePrivateFile(path: string): void {
  try {
    closeSync(openSync(path, "a", 0o600));
    chmodSync(path, 0o600);
  } catch (cause) {
    throw storeError(`cannot create ${path}`, cause);
  }
}
