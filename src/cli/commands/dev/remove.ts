/** `mcp dev remove`: removes the trial node with its containers, and every file of the trial set-up. */
import { rm } from "node:fs/promises";
import { Option } from "clipanion";
import { BaseCommand } from "../../base/base-command.ts";
import { confirm } from "../../context/confirm.ts";
import { holdLock } from "../../dev/dev-lock.ts";
import { devDir } from "../../dev/dev-site.ts";

export class DevRemoveCommand extends BaseCommand {
  static override paths = [["dev", "remove"]];
  static override usage = BaseCommand.describe({
    category: "Set-up",
    description: "Remove the trial node, its containers and all its files",
    details:
      "The opposite of `mcp dev`: as root the throw-away user goes with everything it owns; for other users the containers of the trial node go, images and volumes stay.",
    examples: [
      ["After asking", "$0 dev remove"],
      ["In a script", "$0 dev remove --yes"],
    ],
  });

  node = Option.String("--node", "dev", { description: "the node's name" });
  yes = Option.Boolean("-y,--yes", false, { description: "do not ask" });

  async run() {
    const dir = devDir(this.context.env);
    await confirm(this.context, { question: `Remove the trial node, its containers and ${dir}?`, yes: this.yes });
    const [{ ownDataDir, removeDevUser }, { removeNodeContainers }, { endDevLeftovers }] = await Promise.all([
      import("../../dev/dev-user.ts"), // other commands shall not load these
      import("../../dev/remove-containers.ts"),
      import("../../dev/leftovers.ts"),
    ]);
    const release = await holdLock(dir);
    try {
      await endDevLeftovers(dir, ownDataDir(dir));
      if (!(await removeDevUser(this.node))) await removeNodeContainers(this.node, this.context.env);
      await rm(dir, { recursive: true, force: true });
    } finally {
      await release();
    }
    this.out.print("removed");
    return undefined;
  }
}
