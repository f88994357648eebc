/** Files and directories that only their owner may access: checks, and reading files that hold keys. */
import { stat } from "node:fs/promises";
import { McpError } from "../values/error.ts";
import { localError } from "../values/local-error.ts";
import { createPrivateDirectory } from "./atomic-file.ts";
import { readText } from "./read-text.ts";

/** True for a file mode that lets others than the owner read, write or enter. */
export const isModeOpenToOthers = (mode: number) => (mode & 0o077) !== 0;

/** True for a file that others than its owner may read or write. @throws McpError E_FILE */
export async function isOpenToOthers(path: string): Promise<boolean> {
  const { mode } = await stat(path).catch((cause: unknown) => {
    throw localError(path, cause);
  });
  return isModeOpenToOthers(mode);
}

/** Creates the directory if it is missing. @throws McpError E_CONFIG if others may access it, E_FILE */
export async function ensurePrivateDirectory(path: string): Promise<void> {
  await createPrivateDirectory(path).catch((cause: unknown) => {
    throw new McpError("E_FILE", `${path}: cannot be created`, { cause });
  });
  await requirePrivate(path);
}

/** @throws McpError E_NOT_FOUND, or E_CONFIG if others than the owner may access it */
export async function requirePrivate(path: string): Promise<void> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new McpError("E_NOT_FOUND", `${path}: no such file or directory`, { cause, hint: "check the path" });
  });
  if (!isModeOpenToOthers(found.mode)) return;
  throw new McpError("E_CONFIG", `${path}: other users may access it (mode ${(found.mode & 0o777).toString(8)})`, {
    hint: `chmod go= ${path}`,
  });
}

/** The text of a file that holds keys. @throws McpError E_NOT_FOUND, or E_CONFIG if others may access it or it is not text */
export async function readPrivateText(path: string): Promise<string> {
  await requirePrivate(path);
  return await readText(path, "E_CONFIG");
}
