/** The error for an answer of podman that lacks a required field or has another form. */
import { McpError } from "../../../values/error.ts";

/** @param problem what is wrong with the answer: "is not JSON" */
export function unreadableAnswer(what: string, problem: string, cause?: unknown): McpError {
  return new McpError("E_RUNTIME", `podman's answer to ${what} ${problem}`, cause === undefined ? {} : { cause });
}
