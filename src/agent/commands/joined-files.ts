/**
 * The files that a node's bundle becomes. Pure. Rule: of existing settings only `node`, `[bus]` and `[trust]` change,
 * and of these only the keys that the bundle has; everything else stays as people wrote it.
 */
import type { NodeBundle } from "../../schemas/wire/bundle.ts";
import { setTableValues } from "../../toml/set-table-values.ts";
import { setTopLevelValue } from "../../toml/set-value.ts";
import { tomlValue } from "../../toml/toml-text.ts";
import { McpError } from "../../values/error.ts";
import { parseAgentSettings } from "../state/settings.ts";

const CA_NAME = "ca.pem";

export interface JoinedFile {
  readonly name: string;
  readonly text: string;
}

/** Credentials and certificates; the settings name their files. */
export function keyFiles(bundle: NodeBundle): JoinedFile[] {
  const { ca } = bundle.bus;
  return [{ name: credsName(bundle), text: bundle.creds }, ...(ca === undefined ? [] : [{ name: CA_NAME, text: ca }])];
}

const credsName = ({ node }: NodeBundle) => `${node}.creds`;

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
${lines(bus)}
# Whose signatures this node obeys, and its enrollment: documents for another one are refused.
[trust]
${lines(trust)}`;
}

type Values = Readonly<Record<string, string | readonly string[] | undefined>>;

function sections(bundle: NodeBundle): { readonly bus: Values; readonly trust: Values } {
  const { servers, ca, domain } = bundle.bus;
  const { signers, exchange, incarnation } = bundle.trust;
  const some = (keys: readonly string[]) => (keys.length === 0 ? undefined : keys);
  return {
    bus: { servers, creds: credsName(bundle), ca: ca === undefined ? undefined : CA_NAME, domain },
    trust: { signers: some(signers), exchange: some(exchange), incarnation },
  };
}

function lines(values: Values): string {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  return given.map(([key, value]) => `${key} = ${tomlValue(value)}\n`).join("");
}
