/** `mcp dev exec`: runs a program as the trial node's user, with the environment its podman needs. */
import { Option } from "clipanion";
import { McpError } from "../../../values/error.ts";
import { BaseCommand } from "../../base/base-command.ts";
import type { ExitCode } from "../../context/exit-codes.ts";
import { devDir } from "../../dev/dev-site.ts";

export class DevExecCommand extends BaseCommand {
  static override paths = [["dev", "exec"]];
  static override usage = BaseCommand.describe({
    category: "Set-up",
    description: "Run a program as the trial node's user, with its podman",
    details:
      "As root the trial node of `mcp dev` runs as a throw-away user; this runs a program as that user, in its environment.",
    examples: [
      ["What podman itself says", "$0 dev exec podman ps"],
      ["Break something behind mcp's back", "$0 dev exec podman kill hello"],
      ["Build an image where the node finds it", "$0 dev exec podman build -t localhost/mine:v1 /path/to/context"],
    ],
  });

  node = Option.String("--node", "dev", { description: "the node's name" });
  command = Option.Proxy({ name: "program arguments…", required: 1 });

  async run(): Promise<ExitCode> {
    const { env } = this.context;
    const [{ spawn }, { ensureDevUser }] = await Promise.all([
      import("node:child_process"), // other commands shall not load these
      import("../../dev/dev-user.ts"),
    ]);
    const user = await ensureDevUser(this.node, devDir(env), env);
    const [program, ...args] = this.command;
    if (program === undefined) throw new McpError("E_USAGE", "name a program to run");
    return await new Promise((resolve, reject) => {
      const child = spawn(program, args, { stdio: "inherit", env: user.env, ...user.ids, cwd: user.cwd });
      child.once("error", (cause) => reject(new McpError("E_NOT_FOUND", `${program} cannot be run`, { cause })));
      // The program's own code, whatever it means there.
      child.once("exit", (code) => resolve((code ?? 1) as ExitCode));
    });
  }
}
