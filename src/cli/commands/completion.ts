/** `mcp completion`: the script by which a shell completes commands, options, services, components and nodes. */
import { Option } from "clipanion";
import type { CompletionOutput } from "../../schemas/output/program-output.ts";
import { readWord } from "../arguments/arguments.ts";
import { BaseCommand } from "../base/base-command.ts";
import { completionScript, SHELLS } from "../completion/scripts.ts";

export class CompletionCommand extends BaseCommand {
  static override paths = [["completion"]];
  static override usage = BaseCommand.describe({
    category: "Setup",
    description: "Print the completion script for bash, zsh or fish",
    details: `The script asks this program for what may follow: commands, options, and the names of services, components and nodes from
the definitions here and from the bus, as far as it answers at once.`,
    examples: [
      ["In ~/.bashrc (zsh likewise): source <(mcp completion bash)", "$0 completion bash"],
      ["For fish, into ~/.config/fish/completions/mcp.fish", "$0 completion fish"],
    ],
  });

  shell = Option.String({ name: "shell", required: true });

  async run() {
    const shell = readWord("completion", this.shell, SHELLS);
    const script = completionScript(shell);
    if (this.json) this.out.document({ shell, script } satisfies CompletionOutput);
    else this.context.stdout.write(script);
    return undefined;
  }
}
