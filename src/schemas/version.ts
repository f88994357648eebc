/** The version of CLI and agent, as `--version` and presence tell it; package.json is its home. */
import { createRequire } from "node:module";

declare const MCP_VERSION: string | undefined;

/** The build writes the version in; run from sources it is read. */
export const VERSION: string =
  typeof MCP_VERSION === "string" ? MCP_VERSION : createRequire(import.meta.url)("../../package.json").version;
