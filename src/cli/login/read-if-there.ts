/** A small text file that may not be there. */
import { hasCode } from "../../schemas/error.ts";
import { readText } from "../../toml/read-text.ts";

/** Undefined when there is none. @throws McpError E_CONFIG when it cannot be read */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readText(path, "E_CONFIG");
  } catch (error) {
    if (hasCode(error, "E_NOT_FOUND")) return undefined;
    throw error;
  }
}
