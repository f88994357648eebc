/**
 * Parses JSON. The engine's own error quotes the text near the mistake, which may be a secret, and errors appear in logs,
 * events and on screens. So it is dropped.
 */
import { McpError } from "./error.ts";

/** @throws McpError E_INVALID_MESSAGE, without any of the text */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new McpError("E_INVALID_MESSAGE", "it is not valid JSON");
  }
}
