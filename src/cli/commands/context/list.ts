/** `mcp context list`: the contexts of this workstation, and the one in use. Reads files only. */
import type { ContextFacts, ContextListOutput } from "../../../schemas/output/context-output.ts";
import { styled } from "../../../terminal/cell.ts";
import { BaseCommand } from "../../base/base-command.ts";
import { contextFacts } from "../../settings/context-facts.ts";
import { contextNames } from "../../settings/contexts.ts";
import { locateSettings } from "../../settings/locate-settings.ts";

export class ContextListCommand extends BaseCommand {
  static override paths = [["context", "list"], ["context"]];
  static override usage = BaseCommand.describe({
    category: "Setup",
    description: "List the contexts of this workstation, one for each bus",
    details: `A context is a bus with its own settings, credentials and definitions. \`default\` is mcp.toml itself; the others are
directories with an mcp.toml of their own, in \`contexts\` next to it. \`mcp join\` and \`mcp bus init\` create one with --context.`,
    examples: [
      ["See the contexts, the current one marked", "$0 context list"],
      ["For a script", "$0 context list --json"],
    ],
  });

  async run() {
    const { env, cwd } = this.context;
    const { context: current } = locateSettings({ ...this.choice, env, cwd });
    const contexts: ContextFacts[] = [];
    for (const name of await contextNames(env)) contexts.push(await contextFacts(env, name, current));
    if (this.json) this.out.document({ contexts } satisfies ContextListOutput);
    else this.#print(contexts);
    return undefined;
  }

  #print(contexts: readonly ContextFacts[]): void {
    this.out.table(
      ["", "CONTEXT", "BUS", "SETTINGS"],
      contexts.map(({ name, path, current, servers, problem }) => [
        current ? styled("green", "*") : "",
        name,
        problem === undefined ? servers.join(", ") || "none" : styled("red", problem),
        path,
      ]),
    );
    if (contexts.some(({ current }) => current)) return;
    this.out.note("a settings file is named, so no context is in use: `mcp context show`");
  }
}
