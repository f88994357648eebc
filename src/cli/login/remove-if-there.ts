/** Removes a file that may not be there. */
import { unlink } from "node:fs/promises";
import { McpError } from "../../values/error.ts";
import { errnoOf } from "../../values/if-there.ts";

/** True when it was there. @throws McpError E_FILE when it cannot be removed */
export async function removeIfThere(path: string): Promise<boolean> {
  try {
    await unlink(path);
    return true;
  } catch (cause) {
    if (errnoOf(cause) === "ENOENT") return false;
    throw new McpError("E_FILE", `${path}: cannot be removed`, { cause });
  }
}
