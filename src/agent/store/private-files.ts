/** Small files and directories that only their owner may read, durable before the call returns. */
import { randomUUID } from "node:crypto";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** A file written and on the disk, but not yet in its place. */
export interface StagedFile {
  /** Puts it in its place; durable when the promise resolves. */
  publish(): Promise<void>;
  discard(): Promise<void>;
}

/** Names of staged files, so that those a crash left behind can be told from others. */
export const STAGED_NAME = /^\.[^/]+\.[0-9a-f-]{36}\.tmp$/;

/** Writes `bytes` beside `path`, mode 0600, and to the disk. */
export async function stageFile(path: string, bytes: Uint8Array): Promise<StagedFile> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);
  const discard = () => rm(temporary, { force: true });
  try {
    await writeDurably(temporary, bytes);
  } catch (error) {
    await discard();
    throw error;
  }
  const publish = async () => {
    await rename(temporary, path);
    await syncDirectory(dirname(path));
  };
  return { publish, discard };
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes the directory's entries durable. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** Creates the directory and what is missing above it with mode 0700; one that exists keeps its mode. */
export async function ensurePrivateDirectory(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
}
