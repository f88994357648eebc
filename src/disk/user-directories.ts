/**
 * Base directories of the user, by the XDG specification: `$XDG_…_HOME` if it is an absolute path (a relative one is
 * ignored), else the default below the home directory.
 */
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

type Environment = Readonly<Record<string, string | undefined>>;

const DEFAULTS = {
  XDG_CONFIG_HOME: [".config"],
  XDG_DATA_HOME: [".local", "share"],
  XDG_STATE_HOME: [".local", "state"],
} as const;

export const configHome = (env: Environment) => baseDirectory(env, "XDG_CONFIG_HOME");

export const dataHome = (env: Environment) => baseDirectory(env, "XDG_DATA_HOME");

export const stateHome = (env: Environment) => baseDirectory(env, "XDG_STATE_HOME");

/** The home directory: `$HOME`, else what the system says. */
export function homeDirectory(env: Environment): string {
  return env["HOME"] || homedir();
}

function baseDirectory(env: Environment, variable: keyof typeof DEFAULTS): string {
  const given = env[variable] ?? "";
  return isAbsolute(given) ? given : join(homeDirectory(env), ...DEFAULTS[variable]);
}
