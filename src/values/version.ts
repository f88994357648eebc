/** The version of CLI and agent, as `--version` and presence tell it; package.json is its home. */
declare const MCP_VERSION: string | undefined;

/** The build writes the version in; run from sources it is read, by a module that no built program has to load for it. */
export const VERSION: string =
  typeof MCP_VERSION === "string"
    ? MCP_VERSION
    : process.getBuiltinModule("node:module").createRequire(import.meta.url)("../../package.json").version;
