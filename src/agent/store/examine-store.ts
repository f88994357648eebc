/** Looks at a store as the agent will when it opens it, and changes nothing: for the doctor. An agent may be using it. */
import { accessSync, constants, existsSync, statSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { McpError } from "../../values/error.ts";
import { isDamaged } from "./damaged-store.ts";
import { requireOurs } from "./migrations.ts";
import { checkContent } from "./open-libsql-store.ts";
import { openDatabase } from "./store-database.ts";

export interface StoreFinding {
  /** True: the agent sets the database aside and fills a new one from the accepted files. False: it refuses to start. */
  readonly isReplaced: boolean;
  readonly error: McpError;
}

/** Undefined when the agent can open it; also when there is none yet. */
export function examineStore(path: string): StoreFinding | undefined {
  if (!existsSync(path)) return undefined;
  try {
    requireUsable(path);
    if (statSync(path).size > 0) readAll(path);
    return undefined;
  } catch (cause) {
    const error = cause instanceof McpError ? cause : new McpError("E_STORE", `cannot open ${path}`, { cause });
    return { isReplaced: isDamaged(error), error };
  }
}

function requireUsable(path: string): void {
  if (!statSync(path).isFile()) throw new McpError("E_STORE", `${path} is not a file`);
  for (const file of [path, `${path}-wal`, `${path}.lock`]) {
    if (existsSync(file)) accessSync(file, constants.R_OK | constants.W_OK);
  }
}

function readAll(path: string): void {
  const database = openDatabase(path, `${pathToFileURL(path).href}?mode=ro`);
  try {
    if (requireOurs(database) > 0) checkContent(database);
  } finally {
    database.abandon();
  }
}
