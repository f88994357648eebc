/**
 * The steps of atomic-file.ts in this thread, for the agent's store. Reason: the database next to these files writes in
 * this thread too, and accepting a state took twice as long with the four system calls in a thread of the pool.
 */
import { closeSync, fsyncSync, openSync, renameSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { dirname } from "node:path";
import { type StagedFile, temporaryPath } from "./atomic-file.ts";

/** Writes `bytes` to a temporary file (mode 0600) next to `path` and onto the disk. */
export async function stageFile(path: string, bytes: Uint8Array): Promise<StagedFile> {
  const temporary = temporaryPath(path);
  const discard = () => rm(temporary, { force: true });
  try {
    writeNewFile(temporary, bytes);
  } catch (error) {
    await discard();
    throw error;
  }
  const commit = async () => {
    renameSync(temporary, path);
    syncDirectory(dirname(path));
  };
  return { commit, discard };
}

function writeNewFile(path: string, bytes: Uint8Array): void {
  const file = openSync(path, "wx", 0o600);
  try {
    writeFileSync(file, bytes);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function syncDirectory(path: string): void {
  const directory = openSync(path, "r");
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
