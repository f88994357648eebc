/** `mcp dev exec`: runs a program as the trial node's user, with the environment its podman needs. */
import { Option } from "clipanion";
import { McpError } from "../../../values/error.ts";
import { BaseCommand } from "../../base/base-command.ts";
import type { ExitCode } from "../../context/exit-codes.ts";
import { devDir, requireTrial } from "../../dev/trial.ts";

export class DevExecCommand extends BaseCommand {
  static override paths = [["dev", "exec"]];
  static override usage = BaseCommand.describe({
    category: "Setup",
    description: "Run a program as the trial node's user, with its podman",
    details:
      "As root, the node of `mcp dev` runs as a throw-away user. This command runs a program as that user, in its environment. It creates nothing: start `mcp dev` first.",
    examples: [
      ["List the containers with podman itself", "$0 dev exec podman ps"],
      ["Break something behind mcp's back", "$0 dev exec podman kill hello"],
      ["Build an image where the node finds it", "$0 dev exec podman build -t localhost/mine:v1 /path/to/context"],
    ],
  });

  node = Option.String("--node", {
    description: "the node's name; it must be the node of the trial set-up",
  });
  command = Option.Proxy({ name: "program arguments…", required: 1 });

  async run(): Promise<ExitCode> {
    const { env } = this.context;
    const trial = await requireTrial(devDir(env), this.node);
    const [{ spawn }, { findDevUser }] = await Promise.all([
      import("node:child_process"), // loaded here, so that other commands start without them
      import("../../dev/dev-user.ts"),
    ]);
    const user = await findDevUser(trial, env);
    if (user === undefined) {
      throw new McpError("E_NOT_FOUND", `node "${trial.node}" has no user yet`, { hint: "start it: mcp dev" });
    }
    const [program, ...args] = this.command;
    if (program === undefined) throw new McpError("E_USAGE", "no program given");
    return await new Promise((resolve, reject) => {
      const child = spawn(program, args, { stdio: "inherit", env: user.env, ...user.ids, cwd: user.cwd });
      child.once("error", (cause) => reject(new McpError("E_NOT_FOUND", `cannot run ${program}`, { cause })));
      // The program's own exit code, whatever it means there.
      child.once("exit", (code) => resolve((code ?? 1) as ExitCode));
    });
  }
}
