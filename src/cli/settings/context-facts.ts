/** Facts of a context from its settings file. */
import { dirname } from "node:path";
import type { ContextFacts } from "../../schemas/output/context-output.ts";
import type { Environment } from "../../toml/read-layers.ts";
import { messageOf } from "../../values/error.ts";
import { present } from "../../values/present.ts";
import { contextPath } from "./locate-settings.ts";
import { readSettings } from "./read-settings.ts";

/** Ignores variables that override settings: they apply to the current context. Never fails. */
export async function contextFacts(env: Environment, name: string, current: string | undefined): Promise<ContextFacts> {
  const path = contextPath(env, name);
  const facts = { name, path, current: name === current };
  try {
    const { HOME, XDG_CONFIG_HOME } = env;
    const { bus } = await readSettings({ context: name, env: present({ HOME, XDG_CONFIG_HOME }), cwd: dirname(path) });
    return { ...facts, servers: bus?.servers ?? [] };
  } catch (error) {
    return { ...facts, servers: [], problem: messageOf(error) };
  }
}
