/** The error for an answer of podman that lacks what every podman gives, or is not what was asked for. */
import { McpError } from "../../../values/error.ts";

/** @param problem what is wrong with the answer: "is not JSON" */
export function unreadableAnswer(what: string, problem: string, cause?: unknown): McpError {
  return new McpError("E_RUNTIME", `podman's answer to ${what} ${problem}`, cause === undefined ? {} : { cause });
}
