/** A full disk or quota. Any write can meet it, it passes, and it is no defect of a program. */
import { McpError, messageOf } from "./error.ts";
import { errnoOf } from "./if-there.ts";

const REASONS: Readonly<Record<string, string>> = { ENOSPC: "the disk is full", EDQUOT: "the disk quota is used up" };

/** `the disk is full`; undefined for every other error. */
export function noRoomReason(error: unknown): string | undefined {
  return REASONS[errnoOf(error) ?? ""];
}

const HINT = "free space on that disk, then repeat it; what was there is unchanged";

/** @param what what failed, with the path: `/etc/mcp/mcp.toml: cannot be written` */
export function writeError(what: string, cause: unknown): McpError {
  const why = noRoomReason(cause);
  if (why === undefined) return new McpError("E_FILE", what, { cause });
  return new McpError("E_FILE", `${what}: ${why}`, { cause: withoutText(cause), hint: HINT });
}

/** Any error as one with a code, for an answer: an unknown one is a defect, unless there is only no room. */
export function asMcpError(error: unknown): McpError {
  if (error instanceof McpError) return error;
  return noRoomReason(error) === undefined
    ? new McpError("E_BUG", messageOf(error), { cause: error })
    : writeError("cannot write", error);
}

/** Only the number: the system's text says the same as ours. */
function withoutText(cause: unknown): Error {
  const code = errnoOf(cause) ?? "";
  return Object.assign(new Error(code), { code, errno: 0 });
}
