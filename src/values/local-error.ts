/** An error of this machine's file system as an McpError that names the path. */
import { McpError } from "./error.ts";

const WORDS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  ENOSPC: "the disk is full",
  EDQUOT: "the quota is used up",
  EISDIR: "it is a directory",
  ENOTDIR: "a part of the path is not a directory",
  EROFS: "the file system is read-only",
  ENXIO: "it is not a file",
};

export function localError(path: string, cause: unknown): McpError {
  if (cause instanceof McpError) return cause;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  if (code === "ENOENT") {
    return new McpError("E_NOT_FOUND", `there is no ${path} on this machine`, { cause, hint: "check the path" });
  }
  return new McpError("E_FILE", `${path} on this machine: ${WORDS[code] ?? "cannot be used"}`, {
    cause,
    hint: "check the path, its owner and the space on this machine's disk",
  });
}
