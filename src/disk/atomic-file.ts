/**
 * Writes a small file whole: to a temporary file in the same directory (mode 0600), fsync, rename or link to its path,
 * fsync of the directory. A reader sees the old text or the new one, and a power failure does not undo a write that has
 * returned. All writers of src/disk are made from these steps. No text of a file is in an error.
 */
import { randomUUID } from "node:crypto";
import { type FileHandle, link, mkdir, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { McpError } from "../values/error.ts";
import { errnoOf } from "../values/if-there.ts";
import { writeError } from "../values/no-room.ts";

/** A file that is written and on the disk, but not yet at its path. */
export interface StagedFile {
  /** Moves it to its path; durable when the promise resolves. */
  commit(): Promise<void>;
  discard(): Promise<void>;
}

/**
 * Replaces the file at `path`, or creates it; a missing directory is created with mode 0700.
 * @throws McpError E_FILE
 */
export async function writeAtomically(path: string, text: string): Promise<void> {
  const temporary = temporaryPath(path);
  try {
    await createPrivateDirectory(dirname(path));
    await writeNewFile(temporary, text);
    await renameDurably(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined); // the first error is the one to report
    throw writeError(`${path}: cannot be written`, cause);
  }
}

/** Creates a file that must not exist yet. @throws McpError E_CONFLICT if it exists, E_FILE */
export async function writeOnce(path: string, text: string): Promise<void> {
  const temporary = temporaryPath(path);
  try {
    await writeNewFile(temporary, text);
    await linkDurably(temporary, path);
  } catch (cause) {
    if (errnoOf(cause) === "EEXIST") throw existing(path, cause);
    throw writeError(`${path}: cannot be written`, cause);
  } finally {
    await rm(temporary, { force: true });
  }
}

function existing(path: string, cause: unknown): McpError {
  const hint = "use the existing file, or move it away first";
  return new McpError("E_CONFLICT", `${path}: exists and is not overwritten`, { cause, hint });
}

/** Path of the temporary file for `path`, in the same directory so that a rename is atomic. */
export function temporaryPath(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);
}

/** Names of temporary files, to find those that a crash left. */
export const TEMPORARY_NAME = /^\.[^/]+\.[0-9a-f-]{36}\.tmp$/;

/**
 * A new file with mode 0600 from its first byte, on the disk when the promise resolves.
 * @param prepare sets mode and owner before the fsync
 */
export async function writeNewFile(
  path: string,
  text: string,
  prepare?: (file: FileHandle) => Promise<void>,
): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    await file.writeFile(text);
    await prepare?.(file);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Moves a file to its path in the same directory and replaces what is there. */
export async function renameDurably(temporary: string, path: string): Promise<void> {
  await rename(temporary, path);
  await syncDirectory(dirname(path));
}

/** Gives a file a second path in the same directory. Unlike a rename, it fails with EEXIST if the path is taken. */
export async function linkDurably(temporary: string, path: string): Promise<void> {
  await link(temporary, path);
  await syncDirectory(dirname(path));
}

/** Creates the directory and its missing parents with mode 0700, durably. One that exists keeps its mode. */
export async function createPrivateDirectory(path: string): Promise<void> {
  await createDirectory(path, 0o700);
}

/** The same with the mode that the user's umask leaves of `mode`. */
export async function createDirectory(path: string, mode = 0o777): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode });
  if (first === undefined) return;
  for (let made = path; ; made = dirname(made)) {
    await syncReadableDirectory(dirname(made));
    if (made === first || dirname(made) === made) return;
  }
}

/** Makes the entries of a directory durable. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** The same for a directory that may be somebody else's: one that this user may enter but not read cannot be synced by them. */
export async function syncReadableDirectory(path: string): Promise<void> {
  await syncDirectory(path).catch((error: unknown) => {
    if (errnoOf(error) !== "EACCES") throw error;
  });
}
