/**
 * Small files and directories that only their owner may read, durable before the call returns. Written by this thread, as
 * the database beside them is: with four system calls handed to another one, accepting a state took twice as long.
 */
import { closeSync, fsyncSync, openSync, renameSync, writeFileSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { placeBeside } from "./durable-file.ts";

/** A file written and on the disk, but not yet in its place. */
export interface StagedFile {
  /** Puts it in its place; durable when the promise resolves. */
  publish(): Promise<void>;
  discard(): Promise<void>;
}

/** Writes `bytes` beside `path`, mode 0600, and to the disk. */
export async function stageFile(path: string, bytes: Uint8Array): Promise<StagedFile> {
  const temporary = placeBeside(path);
  const discard = () => rm(temporary, { force: true });
  try {
    writeDurably(temporary, bytes);
  } catch (error) {
    await discard();
    throw error;
  }
  const publish = async () => {
    renameSync(temporary, path);
    syncDirectory(dirname(path));
  };
  return { publish, discard };
}

function writeDurably(path: string, bytes: Uint8Array): void {
  const file = openSync(path, "wx", 0o600);
  try {
    writeFileSync(file, bytes);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Makes the directory's entries durable. */
export function syncDirectory(path: string): void {
  const directory = openSync(path, "r");
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}

/** Creates the directory and what is missing above it with mode 0700; one that exists keeps its mode. */
export async function ensurePrivateDirectory(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
}
