/**
 * At most one agent on a store: an SQLite file next to it whose exclusive lock is held for the agent's life. The kernel
 * releases it when the process ends in any way; the empty file stays. Readers of the store (snapshot)
 * need no lock.
 */
import { McpError } from "../../values/error.ts";
import { isBusy } from "./sqlite-code.ts";
import { ensurePrivateFile, openDatabase } from "./store-database.ts";
import { storeError } from "./store-error.ts";

export interface StoreLock {
  release(): void;
}

/** Takes the lock of the store at `path` or fails at once. @throws McpError E_STORE */
export function acquireStoreLock(path: string): StoreLock {
  const lockPath = `${path}.lock`;
  ensurePrivateFile(lockPath);
  const database = openDatabase(lockPath);
  try {
    database.exec("PRAGMA busy_timeout=0; PRAGMA journal_mode=OFF; BEGIN EXCLUSIVE");
  } catch (cause) {
    if (isBusy(cause)) throw inUse(path, cause);
    throw storeError(`cannot lock ${path} with ${lockPath}`, cause);
  }
  return { release: () => database.abandon() };
}

function inUse(path: string, cause: unknown): McpError {
  return new McpError("E_STORE", `${path} is in use by another agent`, {
    cause,
    hint: "stop the other mcp-agent, or give this one a store of its own with `[store] path`",
  });
}
