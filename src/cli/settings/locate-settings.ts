/**
 * Finds the settings file. The first of these decides: `--config`, `--context`, `MCP_CONFIG`, `MCP_CONTEXT`, the choice of
 * `mcp context use`, mcp.toml. A context is a directory with its own mcp.toml, so that the credentials, session, identity
 * and definitions next to that file do not mix.
 */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { configHome } from "../../disk/user-directories.ts";
import type { SettingsChooser } from "../../schemas/output/context-output.ts";
import type { Environment } from "../../toml/read-layers.ts";
import { McpError } from "../../values/error.ts";
import { errnoOf } from "../../values/if-there.ts";
import { isName, NAME_RULE } from "../../values/names.ts";
import { quoted } from "../../values/quoted.ts";

/** The context whose settings file is mcp.toml itself. */
export const DEFAULT_CONTEXT = "default";
const FILE = "mcp.toml";

export interface SettingsChoices {
  /** `--config` */
  readonly config?: string | undefined;
  /** `--context` */
  readonly context?: string | undefined;
  readonly env: Environment;
  readonly cwd: string;
}

export interface SettingsLocation {
  /** The settings file; it may not exist. */
  readonly path: string;
  readonly chosenBy: SettingsChooser;
  /** Absent if a file was named instead of a context. */
  readonly context?: string;
}

/** @throws McpError E_USAGE for two choices at once or a name that is not valid, E_CONFIG for an unreadable choice */
export function locateSettings({ config, context, env, cwd }: SettingsChoices): SettingsLocation {
  if (config !== undefined && context !== undefined) {
    throw new McpError("E_USAGE", "--config and --context cannot be used together", { hint: "leave one of them out" });
  }
  if (config !== undefined) return { path: resolve(cwd, config), chosenBy: "--config" };
  if (context !== undefined) return inContext(env, context, "--context");
  if (env["MCP_CONFIG"]) return { path: resolve(cwd, env["MCP_CONFIG"]), chosenBy: "MCP_CONFIG" };
  if (env["MCP_CONTEXT"]) return inContext(env, env["MCP_CONTEXT"], "MCP_CONTEXT");
  const stored = storedContext(env);
  return stored === undefined ? inContext(env, DEFAULT_CONTEXT, "default") : inContext(env, stored, "mcp context use");
}

function inContext(env: Environment, context: string, chosenBy: SettingsChooser): SettingsLocation {
  return { path: contextPath(env, context), chosenBy, context };
}

/** The settings file of a context. @throws McpError E_USAGE for a name that is not valid */
export function contextPath(env: Environment, context: string): string {
  if (!isName(context)) {
    throw new McpError("E_USAGE", `${quoted(context)} is not a valid context name`, { hint: `a name is ${NAME_RULE}` });
  }
  const base = configDir(env);
  return context === DEFAULT_CONTEXT ? join(base, FILE) : join(contextsDir(env), context, FILE);
}

export function contextsDir(env: Environment): string {
  return join(configDir(env), "contexts");
}

/** The file in which `mcp context use` stores the chosen name. */
export function choicePath(env: Environment): string {
  return join(configDir(env), "context");
}

function configDir(env: Environment): string {
  return join(configHome(env), "mcp");
}

/** @throws McpError E_CONFIG for a file that cannot be read or contains no name */
function storedContext(env: Environment): string | undefined {
  const path = choicePath(env);
  const again = { hint: "choose a context again: `mcp context use default`" };
  try {
    const name = readFileSync(path, "utf8").trim();
    if (isName(name)) return name;
  } catch (cause) {
    if (errnoOf(cause) === "ENOENT" || errnoOf(cause) === "ENOTDIR") return undefined;
    throw new McpError("E_CONFIG", `${path}: cannot be read`, { cause, ...again });
  }
  throw new McpError("E_CONFIG", `${path}: contains no valid context name`, again);
}

/** The options with which another command uses the same settings; empty if none are needed. */
export function sameSettings({ path, chosenBy, context }: SettingsLocation): string {
  if (chosenBy === "--config") return ` --config ${path}`;
  return chosenBy === "--context" ? ` --context ${context}` : "";
}
