/** Reads a file that contains only the seed of a key. */
import { isOpenToOthers } from "../disk/private-path.ts";
import { readText } from "../disk/read-text.ts";
import { hasCode, McpError } from "../values/error.ts";

/** @throws McpError E_CONFIG for a file that is missing or that others can read; its content is never shown */
export async function readSeed(path: string): Promise<string> {
  const text = await readText(path, "E_CONFIG").catch((error: unknown) => {
    if (!hasCode(error, "E_NOT_FOUND")) throw error;
    throw new McpError("E_CONFIG", `${path}: there is no such file`, {
      cause: error,
      hint: "`mcp bus init` writes it",
    });
  });
  if (!(await isOpenToOthers(path))) return text.trim();
  throw new McpError("E_CONFIG", `${path}: others can read this secret`, { hint: `chmod 600 ${path}` });
}
