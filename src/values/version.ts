/** The version of CLI and agent, for `--version` and presence, from package.json. */
declare const MCP_VERSION: string | undefined;

/** The build inserts the version. From sources it is read from package.json, with a module that built programs do not load. */
export const VERSION: string =
  typeof MCP_VERSION === "string"
    ? MCP_VERSION
    : process.getBuiltinModule("node:module").createRequire(import.meta.url)("../../package.json").version;
