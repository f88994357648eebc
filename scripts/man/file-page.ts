/** The man pages of the files that people write, from the table that `mcp explain` shows. Pure. */
import { type ExplainedFile, referenceKeys } from "../../src/cli/reference/reference-key.ts";
import type { KeyExplanation } from "../../src/schemas/output/reference-output.ts";
import { paragraphs } from "./command-page.ts";
import { bold, pageHead, roffProse, section, seeAlso, tagged, verbatim } from "./roff.ts";

export interface FilePage {
  /** Without the section. */
  readonly name: string;
  readonly file: ExplainedFile;
  readonly purpose: string;
  readonly description: string;
  /** A short file that works. */
  readonly example: string;
}

export const FILE_PAGES: readonly FilePage[] = [
  {
    name: "mcp-definition",
    file: "definition",
    purpose: "a service as mcp deploys it",
    description: `A definition is a TOML file that describes one service: on which nodes it runs, and its containers. It is called
\`<service>.toml\` and is kept in the services directory. \`mcp init\` writes one with all keys as comments, \`mcp plan\` checks it, and
\`mcp deploy\` applies it.

An unknown key is an error.`,
    example: `name = "web"
node = "rift"

[[components]]
name = "web"
image = "registry.example.net/web:v1.0.0"
ports = ["127.0.0.1:8080:80"]`,
  },
  {
    name: "mcp.toml",
    file: "mcp.toml",
    purpose: "the settings of mcp on a workstation",
    description: `The settings of a workstation: how to reach the bus, and with which credentials. \`mcp join\`, \`mcp bus init\` and \`mcp dev\`
write one. Relative paths start at the directory of the file. An environment variable overrides each key.

Logging in with MCIAS, an identity service, is optional; the credentials from a bundle are enough.`,
    example: `[bus]
servers = ["tls://bus.example.net:4222"]
creds = "alice.creds"
ca = "ca.pem"`,
  },
  {
    name: "mcp-agent.toml",
    file: "agent.toml",
    purpose: "the settings of mcp-agent on a node",
    description: `The settings of a node's agent. \`mcp-agent join\` writes one from the bundle that \`mcp node add\` made. Relative paths start
at the directory of the file. An environment variable overrides each key.`,
    example: `node = "rift"

[bus]
servers = ["tls://bus.example.net:4222"]
creds = "node.creds"
ca = "ca.pem"`,
  },
];

export function filePage({ name, file, purpose, description, example }: FilePage, version: string): string {
  const lines = [
    ...pageHead({ name, section: 5, version, purpose }),
    ...section("DESCRIPTION", paragraphs(description)),
    ...section("KEYS", referenceKeys(file).flatMap(keyLines)),
    ...section("EXAMPLE", verbatim(example.split("\n"))),
    ...seeAlso([
      ["mcp", 1],
      ["mcp-explain", 1],
      ...FILE_PAGES.filter((other) => other.name !== name).map((other) => [other.name, 5] as const),
    ]),
  ];
  return `${lines.join("\n")}\n`;
}

function keyLines({ key, type, required, meaning, example, variable, ...rest }: KeyExplanation): string[] {
  const facts = [
    ...(rest.default === undefined ? [] : [`Default: ${code(rest.default)}.`]),
    ...(example === undefined ? [] : [`Example: \`${example}\`.`]),
    ...(variable === undefined ? [] : [`Variable: \`${variable}\`.`]),
  ];
  return [
    ...tagged(`${bold(key)} (${required ? `${type}, required` : type})`, [roffProse(meaning)]),
    ...facts.flatMap((fact) => [".br", roffProse(fact)]),
  ];
}

/** A value is code; words are not. */
function code(text: string): string {
  return /^["[\d]|^(true|false)$/.test(text) ? `\`${text}\`` : text;
}
