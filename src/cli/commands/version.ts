/** `mcp version`: the version of this program. Reads nothing. */
import type { VersionOutput } from "../../schemas/output/program-output.ts";
import { VERSION } from "../../values/version.ts";
import { BaseCommand } from "../base/base-command.ts";

export class VersionCommand extends BaseCommand {
  static override paths = [["version"]];
  static override usage = BaseCommand.describe({
    category: "Setup",
    description: "Print the version of mcp",
    details: "Does the same as `mcp --version`.",
    examples: [
      ["Print the version", "$0 version"],
      ["For a program", "$0 version --json"],
    ],
  });

  async run() {
    if (this.json) this.out.document({ version: VERSION } satisfies VersionOutput);
    else this.out.print(VERSION);
    return undefined;
  }
}
