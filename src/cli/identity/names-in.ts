/** The names in a directory that may be missing. */
import { readdir } from "node:fs/promises";
import { McpError } from "../../values/error.ts";
import { ifThere } from "../../values/if-there.ts";

/** @throws McpError E_FILE when it cannot be read */
export async function namesIn(path: string): Promise<string[]> {
  try {
    return (await ifThere(readdir(path))) ?? [];
  } catch (cause) {
    throw new McpError("E_FILE", `${path}: cannot be read`, { cause });
  }
}
