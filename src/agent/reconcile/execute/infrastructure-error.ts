/** Which errors say nothing about a generation. Pure. */
import { hasCode, McpError } from "../../../values/error.ts";
import { ANSWER_LOST } from "../../runtime/runtime.ts";

const TROUBLE = ["E_RUNTIME_UNREACHABLE", "E_RUNTIME_TIMEOUT", "E_STORE"] as const;

/**
 * An error that says nothing about the generation: the runtime cannot be reached or its answer was lost, or the store cannot be
 * written.
 */
export function isInfrastructureError(error: unknown): boolean {
  if (error instanceof McpError && error.details === ANSWER_LOST) return true;
  return TROUBLE.some((code) => hasCode(error, code));
}
