/**
 * Writes a small secret text that replaces whatever lay there, in one step: beside it, fsynced, renamed over it. Mode 0600
 * from its first byte; a directory that is missing is made with 0700. A reader sees the old text or the new one.
 */
import { mkdir, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { McpError } from "../values/error.ts";
import { localError } from "../values/local-error.ts";
import { placeBeside, writeDurably } from "./durable-file.ts";

/** @throws McpError E_FILE naming the path; nothing of the text */
export async function writePrivateFile(path: string, text: string): Promise<void> {
  const temporary = placeBeside(path);
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeDurably(temporary, text);
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined); // the first failure is the one to tell
    throw new McpError("E_FILE", `${path}: cannot be written`, { cause });
  }
}

/** True for the mode of what others than its owner may read, write or enter. */
export const isLooseMode = (mode: number) => (mode & 0o077) !== 0;

/** True for a file that others than its owner may read or write. @throws McpError E_FILE */
export async function isLoose(path: string): Promise<boolean> {
  const { mode } = await stat(path).catch((cause: unknown) => {
    throw localError(path, cause);
  });
  return isLooseMode(mode);
}
