/**
 * JSON text → value. The engine's own error quotes the text around the slip, which may be a secret, and errors go to logs,
 * events and screens: it is left out.
 */
import { McpError } from "./error.ts";

/** @throws McpError E_INVALID_MESSAGE, without a word of the text */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new McpError("E_INVALID_MESSAGE", "it is not JSON");
  }
}
