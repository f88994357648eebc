/** The first line of definitions that mcp writes: it names the definition's JSON Schema for editors that complete TOML. */
import { access } from "node:fs/promises";
import { join } from "node:path";
import { packageRoot } from "../dev/package-root.ts";

/** The draft that editors' TOML plugins read. */
const SCHEMA = "docs/schemas/service-definition.draft-07.json";

/** `#:schema /usr/lib/node_modules/…` with its line end; empty where the package was installed without its schemas. */
export async function schemaLine(): Promise<string> {
  try {
    const path = join(await packageRoot(), SCHEMA);
    await access(path);
    return `#:schema ${path}\n`;
  } catch {
    return ""; // only editors miss it
  }
}
