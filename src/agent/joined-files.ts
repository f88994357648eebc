/** The files that a node's bundle becomes. Pure. */
import type { NodeBundle } from "../schemas/bundle.ts";
import { tomlValue } from "../toml/toml-text.ts";

export const SETTINGS_NAME = "agent.toml";
export const CA_NAME = "ca.pem";

export interface JoinedFile {
  readonly name: string;
  readonly text: string;
}

/** The settings last, so that they are there only when all that they name is. */
export function joinedFiles(bundle: NodeBundle): JoinedFile[] {
  const { ca } = bundle.bus;
  return [
    { name: credsName(bundle), text: bundle.creds },
    ...(ca === undefined ? [] : [{ name: CA_NAME, text: ca }]),
    { name: SETTINGS_NAME, text: settingsText(bundle) },
  ];
}

export const credsName = ({ node }: NodeBundle) => `${node}.creds`;

function settingsText(bundle: NodeBundle): string {
  const { node, bus, trust } = bundle;
  return `# Settings of the agent on ${node}, written by \`mcp-agent join\`. Paths are relative to this file.
${line("node", node)}
[bus]
${line("servers", bus.servers)}${line("creds", credsName(bundle))}${line("ca", bus.ca && CA_NAME)}${line("domain", bus.domain)}
# Whose signatures this node obeys, and its enrolment: what is meant for another one is refused.
[trust]
${line("signers", trust.signers)}${line("exchange", trust.exchange)}${line("incarnation", trust.incarnation)}`;
}

function line(key: string, value: string | readonly string[] | undefined): string {
  return value === undefined || value.length === 0 ? "" : `${key} = ${tomlValue(value)}\n`;
}
