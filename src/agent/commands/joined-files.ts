/**
 * The settings file that a node's bundle becomes. Pure. Rule: of existing settings only `node`, `[bus]` and `[trust]` change,
 * and of these only the keys that the bundle has; everything else stays as people wrote it.
 */
import type { NodeBundle } from "../../schemas/wire/bundle.ts";
import { setTableValues } from "../../toml/set-table-values.ts";
import { setTopLevelValue } from "../../toml/set-value.ts";
import { type TomlValues, tomlLines, tomlValue } from "../../toml/toml-text.ts";
import { busSectionOf } from "../../trust/bundle-files.ts";
import { McpError } from "../../values/error.ts";
import { parseAgentSettings } from "../state/settings.ts";

export interface JoinedSettings {
  readonly text: string;
  /** False when the old settings are damaged: the text is then a new one. */
  readonly kept: boolean;
}

/** @param path of agent.toml; relative paths start there. @param old its current text */
export function joinedSettings(bundle: NodeBundle, path: string, old: string | undefined): JoinedSettings {
  const changed = old === undefined ? undefined : changedText(bundle, path, old);
  return changed === undefined ? { text: newText(bundle), kept: false } : { text: changed, kept: true };
}

/** Undefined when the result would not be a valid settings file. */
function changedText(bundle: NodeBundle, path: string, old: string): string | undefined {
  try {
    const named = setTopLevelValue(old, { key: "node", value: bundle.node });
    const { bus, trust } = sections(bundle);
    const text = setTableValues(setTableValues(named, "bus", bus), "trust", trust);
    parseAgentSettings({ path, text }, {});
    return text;
  } catch (error) {
    if (error instanceof McpError) return undefined;
    throw error;
  }
}

function newText(bundle: NodeBundle): string {
  const { bus, trust } = sections(bundle);
  return `# Settings of the agent on ${bundle.node}, written by \`mcp-agent join\`. Paths are relative to this file.
node = ${tomlValue(bundle.node)}

[bus]
${tomlLines(bus)}
# Whose signatures this node obeys, and its enrollment: documents for another one are refused.
[trust]
${tomlLines(trust)}`;
}

function sections(bundle: NodeBundle): { readonly bus: TomlValues; readonly trust: TomlValues } {
  const { signers, exchange, incarnation } = bundle.trust;
  const some = (keys: readonly string[]) => (keys.length === 0 ? undefined : keys);
  return {
    bus: { ...busSectionOf(bundle) },
    trust: { signers: some(signers), exchange: some(exchange), incarnation },
  };
}
