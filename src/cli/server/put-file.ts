/** Files that a command renders again and again: written where they differ, and what happened is told. */

import { readTextIfThere } from "../../disk/read-text.ts";
import { replaceFile, replacePrivateFile } from "../../disk/replace-file.ts";
import { writeSecret } from "../../disk/secret-file.ts";
import type { FileResult } from "../../schemas/output/json-bus-output.ts";

/** @throws McpError E_FILE, E_CONFLICT */
export async function putFile(path: string, text: string, { secret = false } = {}): Promise<FileResult> {
  const old = await readIfThere(path);
  if (old === text) return { path, result: "unchanged" };
  await (secret ? replacePrivateFile : replaceFile)(path, text, old);
  return { path, result: old === undefined ? "created" : "updated" };
}

/** Writes a secret text where there is no file yet; what is there is kept, whatever it says. @throws McpError E_FILE */
export async function addSecret(path: string, text: string): Promise<FileResult> {
  if ((await readIfThere(path)) !== undefined) return { path, result: "unchanged" };
  await writeSecret(path, text);
  return { path, result: "created" };
}

export const readIfThere = (path: string) => readTextIfThere(path, "E_FILE");
