/**
 * Consistent copies of a store, also while an agent uses it: with WAL a reader does not disturb the writer. To restore a
 * store, replace the database with a copy; newer accepted documents are then taken from their files.
 */
import { rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { syncDirectory } from "../../disk/atomic-file.ts";
import { McpError } from "../../values/error.ts";
import { openDatabase, type StoreDatabase } from "./store-database.ts";

/**
 * Writes a copy of `database` to the new file `target`, mode 0600 from its first byte.
 * @throws McpError E_FILE when `target` exists or cannot be created, E_STORE when copying fails (nothing is left then).
 */
export async function writeSnapshot(database: StoreDatabase, target: string): Promise<void> {
  await createEmpty(target);
  try {
    database.run("VACUUM INTO ?", target); // syncs the file
    await syncDirectory(dirname(target)); // its journal, if it came back after a power cut, would empty the file
  } catch (error) {
    await rm(target, { force: true });
    throw error;
  }
}

/** Copies the store at `path`, whether an agent uses it or not, and changes nothing there. @throws as writeSnapshot */
export async function snapshotStore(path: string, target: string): Promise<void> {
  const database = openDatabase(path, `${pathToFileURL(path).href}?mode=ro`);
  try {
    await writeSnapshot(database, target);
  } finally {
    database.abandon();
  }
}

async function createEmpty(target: string): Promise<void> {
  try {
    await writeFile(target, "", { flag: "wx", mode: 0o600 });
  } catch (cause) {
    throw new McpError("E_FILE", `cannot create the snapshot ${target}`, { cause });
  }
}
