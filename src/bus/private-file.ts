/**
 * Writes a small secret text that replaces whatever lay there, in one step: beside it, fsynced, renamed over it. Mode 0600
 * from its first byte; a directory that is missing is made with 0700. A reader sees the old text or the new one.
 */
import { randomUUID } from "node:crypto";
import { mkdir, open, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { McpError } from "../schemas/error.ts";
import { localError } from "../schemas/local-error.ts";

/** @throws McpError E_FILE naming the path; nothing of the text */
export async function writePrivateFile(path: string, text: string): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeDurably(temporary, text);
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined); // the first failure is the one to tell
    throw new McpError("E_FILE", `${path}: cannot be written`, { cause });
  }
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Bits of others. */
const LOOSE = 0o077;

/** True for a file that others than its owner may read or write. @throws McpError E_FILE */
export async function isLoose(path: string): Promise<boolean> {
  const { mode } = await stat(path).catch((cause: unknown) => {
    throw localError(path, cause);
  });
  return (mode & LOOSE) !== 0;
}
