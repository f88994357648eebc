/** `mcp dev remove`: removes the trial node with its containers, and every file of the trial set-up. */
import { Option } from "clipanion";
import { BaseCommand } from "../../base/base-command.ts";
import { confirm } from "../../context/confirm.ts";
import { holdLock } from "../../dev/dev-lock.ts";
import { DEFAULT_NODE, devDir, findTrial } from "../../dev/trial.ts";

export class DevRemoveCommand extends BaseCommand {
  static override paths = [["dev", "remove"]];
  static override usage = BaseCommand.describe({
    category: "Setup",
    description: "Remove the trial node, its containers and all its files",
    details:
      "The opposite of `mcp dev`. As root, this removes the node's throw-away user with all its containers, images and volumes. For other users it removes the containers of the node; images and volumes stay. It removes nothing of another set-up, and can be repeated.",
    examples: [
      ["Ask first", "$0 dev remove"],
      ["In a script", "$0 dev remove --yes"],
    ],
  });

  node = Option.String("--node", {
    description: "the node's name; it must be the node of the trial set-up",
  });
  yes = Option.Boolean("-y,--yes", false, { description: "do not ask" });

  async run() {
    const { env } = this.context;
    const dir = devDir(env);
    const found = await findTrial(dir, this.node);
    const trial = found ?? { dir, node: this.node ?? DEFAULT_NODE };
    const [{ userNameOf }, { removeTrial }] = await Promise.all([
      import("../../dev/dev-user.ts"), // loaded here, so that other commands start without them
      import("../../dev/remove-trial.ts"),
    ]);
    if (found !== undefined) {
      const question = `Remove node "${trial.node}" (user ${userNameOf(trial)}) with its containers, and ${dir}?`;
      await confirm(this.context, { question, yes: this.yes });
    }
    const release = await holdLock(dir);
    try {
      const removed = await removeTrial(trial, { env, isKnown: found !== undefined });
      this.out.print(removed ? "removed" : `nothing to remove: there is no trial set-up in ${dir}`);
    } finally {
      await release();
    }
    return undefined;
  }
}
