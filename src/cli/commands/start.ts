/** `mcp start`: starts a service that was stopped. */
import { BaseCommand } from "../base/base-command.ts";
import { SwitchCommand } from "../base/switch-command.ts";

export class StartCommand extends SwitchCommand {
  static override paths = [["start"]];
  static override usage = BaseCommand.describe({
    category: "Services",
    description: "Start a service that was stopped",
    details:
      "Sets `active = true` in the local definition (comments and layout stay as they are) and in the desired state.",
    examples: [
      ["Start web on all its nodes", "$0 start web"],
      ["Start it on one node only; the definition is left as it is", "$0 start web@rift"],
    ],
  });

  protected readonly verb = "start";
  protected readonly active = true;
}
