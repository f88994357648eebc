/** The contexts of this workstation: mcp.toml as `default`, and each directory below `contexts/`. */
import { mkdir, readdir } from "node:fs/promises";
import { dirname } from "node:path";
import { readTextIfThere } from "../../disk/read-text.ts";
import { replaceText } from "../../disk/replace-text.ts";
import type { Environment } from "../../toml/read-layers.ts";
import { McpError } from "../../values/error.ts";
import { ifThere } from "../../values/if-there.ts";
import { isName } from "../../values/names.ts";
import { didYouMean } from "../../values/nearest.ts";
import { quoted } from "../../values/quoted.ts";
import { choicePath, contextPath, contextsDir, DEFAULT_CONTEXT } from "./locate-settings.ts";

/** `default` first, then the others by name. @throws McpError E_CONFIG */
export async function contextNames(env: Environment): Promise<string[]> {
  const entries = (await ifThere(readdir(contextsDir(env)))) ?? [];
  return [DEFAULT_CONTEXT, ...entries.filter((name) => isName(name) && name !== DEFAULT_CONTEXT).sort()];
}

/** @throws McpError E_NOT_FOUND for a context without a settings file, with the nearest name */
export async function requireContext(env: Environment, name: string): Promise<string> {
  const path = contextPath(env, name);
  if ((await readTextIfThere(path, "E_CONFIG")) === undefined) throw await unknownContext(env, name);
  return path;
}

export async function unknownContext(env: Environment, name: string): Promise<McpError> {
  const names = await contextNames(env);
  return new McpError("E_NOT_FOUND", `no context ${quoted(name)}${didYouMean(name, names)}`, {
    hint: `\`mcp context list\` lists them; \`mcp join <bundle> --context ${name}\` creates this one`,
  });
}

/** Makes this context the current one. @throws McpError E_NOT_FOUND, E_FILE */
export async function chooseContext(env: Environment, name: string): Promise<string> {
  const path = name === DEFAULT_CONTEXT ? contextPath(env, name) : await requireContext(env, name);
  const choice = choicePath(env);
  await mkdir(dirname(choice), { recursive: true, mode: 0o700 });
  await replaceText(choice, `${name}\n`, await readTextIfThere(choice, "E_CONFIG"));
  return path;
}
