/**
 * Reads a small text file that a person keeps: a regular file, limited in size, UTF-8. It reads in this thread, because a
 * short command has nothing else to do and starting Node's thread pool takes longer.
 */
import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import { hasCode, McpError } from "../values/error.ts";
import type { ErrorCode } from "../values/error-codes.ts";
import { ifThere } from "../values/if-there.ts";

/** Far larger than any of our files; 1 MiB of the worst TOML takes seconds to parse. */
export const MAX_FILE_BYTES = 1024 * 1024;

/**
 * The text of the file. A pipe or device is an error; it is not waited for.
 * @throws McpError E_NOT_FOUND if there is no file, else `code`.
 */
export async function readText(path: string, code: ErrorCode): Promise<string> {
  const bytes = readBounded(path, code);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new McpError(code, `${path}: is not UTF-8 text`, { cause, hint: "save the file as UTF-8" });
  }
}

/** Undefined if there is no file. @throws McpError `code` if it cannot be read */
export const readTextIfThere = (path: string, code: ErrorCode) => ifThere(readText(path, code));

/**
 * The text of a settings file that the user named.
 * @throws McpError E_CONFIG, with this hint if there is no file
 */
export async function readNamedText(path: string, hint: string): Promise<string> {
  try {
    return await readText(path, "E_CONFIG");
  } catch (error) {
    if (!hasCode(error, "E_NOT_FOUND")) throw error;
    throw new McpError("E_CONFIG", `${path}: there is no such settings file`, { cause: error, hint });
  }
}

function readBounded(path: string, code: ErrorCode): Uint8Array {
  try {
    const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stat = fstatSync(file);
      if (!stat.isFile()) throw new McpError(code, `${path}: is not a regular file`);
      if (stat.size > MAX_FILE_BYTES) throw new McpError(code, `${path}: is larger than ${MAX_FILE_BYTES} bytes`);
      return readFileSync(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw asMcpError(error, { path, code });
  }
}

function asMcpError(error: unknown, { path, code }: { path: string; code: ErrorCode }): McpError {
  if (error instanceof McpError) return error;
  const reason = error instanceof Error && "code" in error ? error.code : undefined;
  if (reason === "ENOENT" || reason === "ENOTDIR") {
    return new McpError("E_NOT_FOUND", `${path}: there is no such file`, { cause: error, hint: "check the path" });
  }
  return new McpError(code, `${path}: cannot be read`, { cause: error, hint: "check the path and its permissions" });
}
