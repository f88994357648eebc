/** Where `mcp-agent` finds its settings when `--config` does not name them, and where `mcp-agent join` writes them. */
import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { join } from "node:path";
import { configHome } from "../../disk/user-directories.ts";
import { McpError } from "../../values/error.ts";
import { type AgentSettings, type CommandLine, readAgentSettings } from "../state/settings.ts";

const SYSTEM_SETTINGS = "/etc/mcp/agent.toml";
/** Names the settings file, as `--config` does. */
const CONFIG_VARIABLE = "MCP_AGENT_CONFIG";
/** When it is set, the environment holds all settings and no file is read. */
const NODE_VARIABLE = "MCP_AGENT_NODE";

/** The user's own settings: `mcp-agent join` writes them there, and the systemd units look there. */
export function userSettingsPath(env: NodeJS.ProcessEnv): string {
  return join(configHome(env), "mcp", "agent.toml");
}

export interface FindOptions {
  /** `--config` */
  readonly config: string | undefined;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * The settings file: `--config`, $MCP_AGENT_CONFIG, the user's own, then the system's.
 * @returns undefined when the environment alone holds the settings
 * @throws McpError E_CONFIG that names the paths when none exists
 */
export async function findSettings(
  { config, env }: FindOptions,
  system = SYSTEM_SETTINGS,
): Promise<string | undefined> {
  const named = config ?? (env[CONFIG_VARIABLE] || undefined);
  if (named !== undefined) return named;
  if (env[NODE_VARIABLE]) return undefined;
  const paths = [userSettingsPath(env), system];
  for (const path of paths) if (await isThere(path)) return path;
  throw new McpError("E_CONFIG", `no settings: neither ${paths.join(" nor ")} exists`, {
    hint: "`mcp-agent join <bundle>` writes them; `mcp node add <name>` on a workstation makes the bundle",
  });
}

/** @returns the settings and their file; undefined means only the environment. @throws McpError E_CONFIG */
export async function findAndReadSettings(
  options: FindOptions & CommandLine,
): Promise<{ readonly settings: AgentSettings; readonly path: string | undefined }> {
  const path = await findSettings(options);
  return { settings: await readAgentSettings(path, options.env, options), path };
}

/** A file that this user cannot read counts as present: the error then names it. */
async function isThere(path: string): Promise<boolean> {
  return await access(path, constants.F_OK).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code === "EACCES",
  );
}
