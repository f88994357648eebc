/** Rendered files: written only if they differ, with the result for each. */

import { writeOnce } from "../../disk/atomic-file.ts";
import { readTextIfThere } from "../../disk/read-text.ts";
import { replacePrivateText, replaceText } from "../../disk/replace-text.ts";
import type { FileResult } from "../../schemas/output/bus-output.ts";

/** @throws McpError E_FILE, E_CONFLICT */
export async function putFile(path: string, text: string, { secret = false } = {}): Promise<FileResult> {
  const old = await readIfThere(path);
  if (old === text) return { path, result: "unchanged" };
  await (secret ? replacePrivateText : replaceText)(path, text, old);
  return { path, result: old === undefined ? "created" : "updated" };
}

/** Writes a secret file if it does not exist; an existing file is kept. @throws McpError E_FILE */
export async function addSecret(path: string, text: string): Promise<FileResult> {
  if ((await readIfThere(path)) !== undefined) return { path, result: "unchanged" };
  await writeOnce(path, text);
  return { path, result: "created" };
}

export const readIfThere = (path: string) => readTextIfThere(path, "E_FILE");
