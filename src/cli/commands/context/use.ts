/** `mcp context use <context>`: the context that commands use from now on. */
import { Option } from "clipanion";
import type { ContextUseOutput } from "../../../schemas/output/context-output.ts";
import { present } from "../../../values/present.ts";
import { BaseCommand } from "../../base/base-command.ts";
import { chooseContext } from "../../settings/contexts.ts";
import { locateSettings } from "../../settings/locate-settings.ts";

export class ContextUseCommand extends BaseCommand {
  static override paths = [["context", "use"]];
  static override usage = BaseCommand.describe({
    category: "Setup",
    description: "Choose the context that commands use from now on",
    details: `The choice lasts until the next one, in all terminals of this user. --context and $MCP_CONTEXT choose for one command or
one terminal. --config and $MCP_CONFIG name a settings file and come before the choice.`,
    examples: [
      ["Work with another bus", "$0 context use lab"],
      ["Back to mcp.toml", "$0 context use default"],
    ],
  });

  name = Option.String({ name: "context", required: true });

  async run() {
    const { env, cwd } = this.context;
    const path = await chooseContext(env, this.name);
    const { chosenBy } = locateSettings({ env, cwd });
    const overriddenBy = chosenBy === "mcp context use" ? undefined : chosenBy;
    const output = { name: this.name, path, ...present({ overriddenBy }) } satisfies ContextUseOutput;
    if (this.json) this.out.document(output);
    else this.out.print(`commands use context ${this.name}: ${path}`);
    if (overriddenBy !== undefined) {
      this.out.warn(`${overriddenBy} is set and comes first: type \`unset ${overriddenBy}\` in this terminal`);
    }
    return undefined;
  }
}
