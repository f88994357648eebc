/** `mcp context show [context]`: which settings commands use, and why. Reads files only. */
import { Option } from "clipanion";
import type { ContextShowOutput, SettingsChooser } from "../../../schemas/output/context-output.ts";
import { McpError } from "../../../values/error.ts";
import { present } from "../../../values/present.ts";
import { BaseCommand } from "../../base/base-command.ts";
import { line } from "../../login/session-lines.ts";

const REASONS = {
  "--config": "--config names the settings file, so no context is used",
  "--context": "--context",
  MCP_CONFIG: "MCP_CONFIG names the settings file, so no context is used",
  MCP_CONTEXT: "the variable MCP_CONTEXT",
  "mcp context use": "mcp context use",
  default: "nothing else: it is the default",
} as const satisfies Record<SettingsChooser, string>;

export class ContextShowCommand extends BaseCommand {
  static override paths = [["context", "show"]];
  static override usage = BaseCommand.describe({
    category: "Setup",
    description: "Show which settings commands use, and what decides it",
    details: `In this order: --config, --context, $MCP_CONFIG, $MCP_CONTEXT, the choice of \`mcp context use\`, mcp.toml.`,
    examples: [
      ["See which bus commands go to", "$0 context show"],
      ["See another context", "$0 context show lab"],
    ],
  });

  name = Option.String({ name: "context", required: false });

  async run() {
    const { path, chosenBy, context: name, bus } = await this.#settings();
    const { servers = [], creds } = bus ?? {};
    const output = { path, chosenBy, servers, ...present({ name, creds }) } satisfies ContextShowOutput;
    if (this.json) this.out.document(output);
    else this.#print(output);
    return undefined;
  }

  #settings() {
    if (this.name === undefined) return this.settings();
    if (this.config !== undefined || this.contextName !== undefined) {
      throw new McpError("E_USAGE", "the context is named twice", { hint: `mcp context show ${this.name}` });
    }
    return this.context.settings({ ...this.choice, context: this.name });
  }

  #print({ name, path, chosenBy, servers, creds }: ContextShowOutput): void {
    this.out.print(...line("context", name ?? "none"));
    this.out.print(...line("settings", path));
    this.out.print(...line("bus", servers.join(", ") || "none"));
    this.out.print(...line("creds", creds ?? "none: the session of `mcp login`, where there is one"));
    if (this.name === undefined) this.out.print(...line("chosen by", REASONS[chosenBy]));
  }
}
