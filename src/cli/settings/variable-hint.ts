/**
 * Extends a conflict of `bus init` and `join` while MCP_CONFIG is set. The variable, often left over from `mcp dev`, is the
 * reason why they found existing files.
 */
import { hasCode, McpError } from "../../values/error.ts";
import type { SettingsLocation } from "./locate-settings.ts";

/** @throws McpError as `work`, with the variable named in the hint of an E_CONFLICT */
export async function namingVariable<T>({ chosenBy, path }: SettingsLocation, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const isLeftOver = chosenBy === "MCP_CONFIG" && error instanceof McpError && hasCode(error, "E_CONFLICT");
    if (!isLeftOver) throw error;
    const why = `MCP_CONFIG is set to ${path}, so the files go to its directory; type \`unset MCP_CONFIG\` to use your own settings`;
    throw new McpError("E_CONFLICT", error.message, { cause: error.cause, details: error.details, hint: why });
  }
}
