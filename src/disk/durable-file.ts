/** The steps in which a small private file is written whole: beside its place, onto the disk, and its name as well. */
import { randomUUID } from "node:crypto";
import { open } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** Where the text for `path` is written first: in the same directory, so that putting it in its place is one step. */
export function placeBeside(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);
}

/** Names of such places, so that those a crash left behind can be told from others. */
export const BESIDE_NAME = /^\.[^/]+\.[0-9a-f-]{36}\.tmp$/;

/** A new file, mode 0600 from its first byte, on the disk when the promise resolves. */
export async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    await file.writeFile(text);
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
