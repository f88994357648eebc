/** A full disk or quota. Any write can meet it, it passes, and it is no defect of a program. */
import { McpError, messageOf } from "./error.ts";
import type { ErrorCode } from "./error-codes.ts";
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

/** An error as it is sent to another program: the message with its causes, never a stack. */
export interface ErrorAnswer {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string;
}

/** An error without a code is a defect, unless it says only that there is no room. */
export function errorAnswer(error: unknown): ErrorAnswer {
  const isKnown = error instanceof McpError || noRoomReason(error) === undefined;
  const known = isKnown ? error : writeError("cannot write", error);
  if (!(known instanceof McpError)) return { code: "E_BUG", message: messageOf(known) };
  return { code: known.code, message: messageOf(known), hint: known.hint };
}

/** Only the number: the system's text says the same as ours. */
function withoutText(cause: unknown): Error {
  const code = errnoOf(cause) ?? "";
  return Object.assign(new Error(code), { code, errno: 0 });
}
