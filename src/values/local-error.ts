/** Turns a file system error of this machine into an McpError that names the path. */
import { McpError } from "./error.ts";

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  ENOSPC: "the disk is full",
  EDQUOT: "the quota is used up",
  EISDIR: "it is a directory",
  ENOTDIR: "a part of the path is not a directory",
  EROFS: "the file system is read-only",
  ENXIO: "it is not a file",
};

/** For a file as in /proc: it says that it is empty, and is not. */
export function sizelessError(what: string): McpError {
  return new McpError("E_FILE", `${what} has content but no size, as files in /proc have`, {
    hint: "copy it to a regular file first",
  });
}

export function localError(path: string, cause: unknown): McpError {
  if (cause instanceof McpError) return cause;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  if (code === "ENOENT") {
    return new McpError("E_NOT_FOUND", `${path} does not exist on this machine`, { cause, hint: "check the path" });
  }
  const reason = REASONS[code] === undefined ? "" : `: ${REASONS[code]}`;
  return new McpError("E_FILE", `cannot use ${path} on this machine${reason}`, {
    cause,
    hint: "check the path, its owner and the space on this machine's disk",
  });
}
