/**
 * Files that hold keys: readable for their owner alone (0600, in directories of 0700), on the disk before the call
 * returns, and never written over. Nothing of what they hold gets into a message.
 */
import { link, mkdir, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { McpError } from "../values/error.ts";
import { errnoOf } from "../values/if-there.ts";
import { placeBeside, syncDirectory, writeDurably } from "./durable-file.ts";
import { isLooseMode } from "./private-file.ts";
import { readText } from "./read-text.ts";

/** Creates the directory and what is missing above it. @throws McpError E_CONFIG when it is open to others, E_FILE */
export async function ensurePrivateDirectory(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 }).catch((cause: unknown) => {
    throw new McpError("E_FILE", `${path}: cannot be made`, { cause });
  });
  await requirePrivate(path);
}

/** @throws McpError E_NOT_FOUND, or E_CONFIG when others than the owner may do anything with it */
export async function requirePrivate(path: string): Promise<void> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new McpError("E_NOT_FOUND", `${path}: there is no such file or directory`, { cause, hint: "check the path" });
  });
  if (!isLooseMode(found.mode)) return;
  throw new McpError("E_CONFIG", `${path}: is open to others (mode ${(found.mode & 0o777).toString(8)})`, {
    hint: `chmod go= ${path}`,
  });
}

/** Writes a file that must not be there yet: whole, or not at all. @throws McpError E_CONFLICT when it is, E_FILE */
export async function writeSecret(path: string, text: string): Promise<void> {
  const temporary = placeBeside(path);
  try {
    await writeDurably(temporary, text);
    await link(temporary, path); // unlike a rename, it never takes another file's place
  } catch (cause) {
    if (errnoOf(cause) === "EEXIST") throw taken(path, cause);
    throw new McpError("E_FILE", `${path}: cannot be written`, { cause });
  } finally {
    await rm(temporary, { force: true });
  }
  await syncDirectory(dirname(path));
}

/** @throws McpError E_NOT_FOUND when it is not there, E_CONFIG when it is open to others or no plain text file */
export async function readSecret(path: string): Promise<string> {
  await requirePrivate(path);
  return await readText(path, "E_CONFIG");
}

function taken(path: string, cause: unknown): McpError {
  const hint = "use what is there, or move it away first";
  return new McpError("E_CONFLICT", `${path}: exists and is not overwritten`, { cause, hint });
}
