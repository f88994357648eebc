/** The man page `mcp.1`: all commands by category, exit codes, environment and files. Pure. */
import type { Definition } from "clipanion";
import { CATEGORIES } from "../../src/cli/base/base-command.ts";
import { pageName, paragraphs } from "./command-page.ts";
import { bold, pageHead, roffProse, roffText, section, seeAlso, tagged } from "./roff.ts";

const DESCRIPTION = `mcp runs services as rootless podman containers on one to a few thousand machines. A service is declared in a TOML
definition; mcp writes it to a NATS message bus, and the agent on each node makes the containers match it.

\`mcp <command> --help\` shows the options and examples of a command. \`mcp explain\` explains the keys of definitions and settings.`;

const ENVIRONMENT: readonly (readonly [variable: string, meaning: string])[] = [
  ["MCP_CONFIG", "The settings file, where `--config` names none."],
  ["MCP_CONTEXT", "The context, where `--context`, `--config` and `MCP_CONFIG` name none."],
  ["MCP_IDENTITY", "The directory with the keys of the bus, where `--identity` names none."],
  ["MCP_BUS_SERVERS, MCP_BUS_CREDS …", "Each settings key has a variable that overrides it: see `mcp.toml`(5)."],
  ["XDG_CONFIG_HOME, XDG_STATE_HOME", "Where settings and state are kept instead of ~/.config and ~/.local/state."],
  ["NO_COLOR", "Any value turns colors off."],
];

const FILES: readonly (readonly [path: string, meaning: string])[] = [
  ["~/.config/mcp/mcp.toml", "The settings, see `mcp.toml`(5)."],
  ["~/.config/mcp/contexts/<name>.toml", "The settings of another bus, see `mcp-context-use`(1)."],
  ["~/.config/mcp/services/<service>.toml", "The definitions, see `mcp-definition`(5)."],
  ["~/.config/mcp/identity/", "The keys of the bus, on the workstation that enrolls nodes and operators."],
  ["~/.local/state/mcp/", "What this workstation has seen of each service."],
];

export interface OverviewFacts {
  readonly version: string;
  readonly definitions: readonly Definition[];
  /** Each exit code with its meaning. */
  readonly exits: readonly (readonly [code: string, meaning: string])[];
}

export function overviewPage({ version, definitions, exits }: OverviewFacts): string {
  const rows = (entries: readonly (readonly [string, string])[]) =>
    entries.flatMap(([term, meaning]) => tagged(bold(term), [roffProse(meaning)]));
  const lines = [
    ...pageHead({ name: "mcp", section: 1, version, purpose: "rootless podman on many machines, over a NATS bus" }),
    ...section("SYNOPSIS", [roffText("mcp <command> [arguments] [options]")]),
    ...section("DESCRIPTION", paragraphs(DESCRIPTION)),
    ...section("COMMANDS", commandLines(definitions)),
    ...section("EXIT STATUS", rows(exits)),
    ...section("ENVIRONMENT", rows(ENVIRONMENT)),
    ...section("FILES", rows(FILES)),
    ...seeAlso([
      ...definitions.map((definition) => [pageName(definition), 1] as const),
      ["mcp-definition", 5],
      ["mcp.toml", 5],
      ["mcp-agent.toml", 5],
    ]),
  ];
  return `${lines.join("\n")}\n`;
}

function commandLines(definitions: readonly Definition[]): string[] {
  return CATEGORIES.flatMap((category) => {
    const members = definitions.filter((definition) => definition.category?.trim() === category);
    const rows = members.flatMap((one) => tagged(bold(one.path), [roffProse(`${one.description?.trim()}.`)]));
    return members.length === 0 ? [] : [`.SS ${roffText(category)}`, ...rows];
  });
}

/** The rows of the first table below `## Exit codes` in docs/errors.md. @throws Error when there are none */
export function exitCodes(document: string): [code: string, meaning: string][] {
  const chapter = document.slice(document.indexOf("## Exit codes"));
  const rows = [...chapter.matchAll(/^\| (\d+) +\| (.+?) +\|$/gm)].map(
    ([, code = "", meaning = ""]): [string, string] => [code, meaning],
  );
  if (rows.length === 0) throw new Error("docs/errors.md has no table of exit codes");
  return rows;
}
