/** The directory of this package, with package.json, bin/ and dist/; for the sources and for the bundle. */
import { access } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { McpError } from "../../values/error.ts";

export async function packageRoot(): Promise<string> {
  for (let dir = dirname(fileURLToPath(import.meta.url)); dir !== dirname(dir); dir = dirname(dir)) {
    // Not by package.json: dist/ has one too.
    const found = await access(join(dir, "bin", "mcp-agent")).then(
      () => true,
      () => false,
    );
    if (found) return dir;
  }
  throw new McpError("E_BUG", "bin/mcp-agent cannot be found above the program");
}
