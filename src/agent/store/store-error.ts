/** Failures to write the store as McpErrors. A full disk is named as such, with what to do: it is the usual cause, and it passes. */
import { McpError } from "../../values/error.ts";
import { noRoomReason } from "../../values/no-room.ts";
import { isFull } from "./sqlite-code.ts";

/** @param what what failed, with the path: `cannot write /var/lib/mcp/mcp.db` */
export function storeError(what: string, cause: unknown): McpError {
  const why = isFull(cause) ? "the disk is full" : noRoomReason(cause);
  if (why === undefined) return new McpError("E_STORE", what, { cause });
  return new McpError("E_STORE", `${what}: ${why}`, { cause: new Error(why), hint: HINT });
}

const HINT =
  "free space on that disk of the node; nothing is lost, its containers keep running, and the agent continues by itself";

const START_HINT =
  "free space on that disk of the node; then start the agent again, which systemd does by itself. Nothing is lost, and its containers keep running";

/** The same error for an agent that cannot start: it does not continue by itself. */
export function startError(error: unknown): unknown {
  if (!(error instanceof McpError) || error.hint !== HINT) return error;
  return new McpError(error.code, error.message, { cause: error.cause, hint: START_HINT });
}

/** True for a failed write that succeeds when there is room, as opposed to a defect or a closed store. */
export function isWriteFailure(error: unknown): error is McpError {
  return error instanceof McpError && error.code === "E_STORE" && error.cause !== undefined;
}
