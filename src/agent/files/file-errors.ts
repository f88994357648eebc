/** File system errors as McpErrors; they name the path that operators know. */
import type { Stats } from "node:fs";
import { McpError } from "../../values/error.ts";
import { errnoOf } from "../../values/if-there.ts";

/** True when another user's permissions would help. */
export function isDenied(error: unknown): boolean {
  return ["EACCES", "EPERM"].includes(errnoOf(error) ?? "");
}

const WORDS: Readonly<Record<string, string>> = {
  ENOSPC: ": the disk is full",
  EDQUOT: ": the quota is used up",
  EROFS: ": the file system is read-only",
  EACCES: ": the agent has no permission",
  EPERM: ": the agent has no permission",
  ELOOP: " is a symbolic link, not a file",
  ENOTDIR: ": part of the path is not a directory",
  EISDIR: " is a directory, not a file",
  ENAMETOOLONG: ": the name is too long",
};

/** @param what the file as operators know it: "web/app.toml" */
export function fileError(what: string, cause: unknown): McpError {
  if (cause instanceof McpError) return cause;
  const errno = errnoOf(cause);
  if (errno === "ENOENT")
    return new McpError("E_NOT_FOUND", `${what} does not exist`, { cause: bareError(errno), hint: LIST_HINT });
  const why = WORDS[errno ?? ""];
  if (errno === undefined || why === undefined) return new McpError("E_FILE", `cannot access ${what}`, { cause });
  return new McpError("E_FILE", `${what}${why}`, { cause: bareError(errno) });
}

/** Only the error number: the system's message repeats ours and contains an internal path. */
export function bareError(errno: string): Error {
  return Object.assign(new Error(errno), { code: errno, errno: 0 });
}

const LIST_HINT = "paths start at the service's directory on the node";

/** What it is instead of a regular file; undefined for a regular file. */
export function kindOf(stats: Stats): string | undefined {
  if (stats.isFile()) return undefined;
  if (stats.isDirectory()) return "a directory";
  if (stats.isSymbolicLink()) return "a symbolic link";
  if (stats.isFIFO()) return "a named pipe";
  return stats.isSocket() ? "a socket" : "a device";
}

/** @throws McpError E_FILE for anything but a regular file */
export function requireFile(what: string, stats: Stats): void {
  const kind = kindOf(stats);
  if (kind === undefined) return;
  throw new McpError("E_FILE", `${what} is ${kind}, not a file`, {
    hint:
      kind === "a directory"
        ? "name a file in it, or end the path with `/` to put the file there"
        : "name a regular file",
  });
}
