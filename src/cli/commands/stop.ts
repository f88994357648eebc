/** `mcp stop`: stops a service and keeps it stopped. */
import { BaseCommand } from "../base/base-command.ts";
import { SwitchCommand } from "../base/switch-command.ts";

export class StopCommand extends SwitchCommand {
  static override paths = [["stop"]];
  static override usage = BaseCommand.describe({
    category: "Services",
    description: "Stop a service and keep it stopped",
    details: `Sets \`active = false\` in the local definition (comments and layout stay as they are) and in the desired state. The
containers are stopped, not removed, in the reverse order of their dependencies.`,
    examples: [
      ["Stop web on all its nodes", "$0 stop web"],
      ["Stop it on one node only; the definition is left as it is", "$0 stop web@rift"],
    ],
  });

  protected readonly verb = "stop";
  protected readonly active = false;
}
