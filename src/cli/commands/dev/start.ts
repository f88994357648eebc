/** `mcp dev`: a bus and an agent on this machine in one command, for trying out. */

import { Option } from "clipanion";
import type { DevOutput } from "../../../schemas/output/program-output.ts";
import { styled } from "../../../terminal/cell.ts";
import { McpError } from "../../../values/error.ts";
import { isName, NAME_RULE } from "../../../values/names.ts";
import { quoted } from "../../../values/quoted.ts";
import { BaseCommand } from "../../base/base-command.ts";
import { EXIT } from "../../context/exit-codes.ts";
import { holdLock } from "../../dev/dev-lock.ts";
import type { DevSite } from "../../dev/dev-site.ts";
import { freePort } from "../../dev/free-port.ts";
import type { RunningDev } from "../../dev/run-dev.ts";
import { DEFAULT_NODE, devDir, findTrial, type Trial } from "../../dev/trial.ts";

const DEFAULT_PORT = 4222;

export class DevCommand extends BaseCommand {
  static override paths = [["dev"]];
  static override usage = BaseCommand.describe({
    category: "Setup",
    description: "Run a bus and an agent on this machine, for trying out",
    details: `Starts nats-server and an agent with rootless podman, writes the settings to reach them, and stops both on
Ctrl-C or when its terminal is closed. Containers keep running. As root, the node runs as a throw-away user. All files are
in $XDG_DATA_HOME/mcp/dev (~/.local/share/mcp/dev); \`mcp dev remove\` removes them.`,
    examples: [
      ["Start, and see what to type next", "$0 dev"],
      ["Run something as the node's user, with its podman", "$0 dev exec podman ps"],
      ["Remove the node, its containers and all files", "$0 dev remove"],
    ],
  });

  node = Option.String("--node", {
    description: `the node's name (default: the name of the last start, else ${DEFAULT_NODE})`,
  });
  port = Option.String("--port", {
    description: `the bus's port on 127.0.0.1 (default: ${DEFAULT_PORT}, or a free one)`,
  });

  async run() {
    const { env, signal } = this.context;
    const dir = devDir(env);
    const trial = await this.#trial(dir);
    const { startDev } = await import("../../dev/run-dev.ts"); // loaded here, so that other commands start without it
    const release = await holdLock(dir);
    try {
      const dev = await startDev({
        trial,
        port: () => this.#port(),
        env,
        author: this.context.author(),
        signal,
        onProgress: (line) => this.out.note(styled("dim", line)),
      });
      return await this.#serve(dev);
    } finally {
      await release();
    }
  }

  async #trial(dir: string): Promise<Trial> {
    if (this.node !== undefined && !isName(this.node)) {
      throw new McpError("E_USAGE", `${quoted(this.node)} is not a valid node name`, {
        hint: `a name is ${NAME_RULE}`,
      });
    }
    return (await findTrial(dir, this.node)) ?? { dir, node: this.node ?? DEFAULT_NODE };
  }

  async #port(): Promise<number> {
    if (this.port === undefined) return await freePort(DEFAULT_PORT);
    const port = Number(this.port);
    if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
    throw new McpError("E_USAGE", `--port ${this.port} is not a valid port (1-65535)`);
  }

  /** Until Ctrl-C, or until one of the two programs keeps exiting. */
  async #serve(dev: RunningDev) {
    const { signal } = this.context;
    this.#announce(dev);
    const interrupted = new Promise<undefined>((resolve) => {
      signal.addEventListener("abort", () => resolve(undefined), { once: true });
    });
    const error = await Promise.race([interrupted, dev.ended]);
    this.out.note("stopping; containers keep running (`mcp dev remove` removes them)");
    await dev.stop();
    if (error !== undefined) throw error;
    return EXIT.interrupted;
  }

  #announce({ site, example }: RunningDev): void {
    const { config, node, url, servicesDir } = site;
    const output: DevOutput = { config, node, url, servicesDir };
    if (this.json) this.out.record(output);
    else this.#explain(site, example);
  }

  #explain({ config, node, url, servicesDir, dir }: DevSite, example: string | undefined): void {
    this.out.print(styled("green", `ready: node "${node}" on ${url}`));
    this.out.print("");
    this.out.print("In another terminal:");
    this.out.print(styled("bold", `  export MCP_CONFIG=${config}`));
    this.out.print("  mcp node list");
    if (example !== undefined) this.out.print(`  mcp deploy ${example}            # an example; it needs no registry`);
    this.out.text(`  mcp deploy <service>        # definitions: ${servicesDir}/<service>.toml`);
    this.out.print("  mcp events -f");
    this.out.print("");
    this.out.text(`Logs: ${dir}/nats.log, ${dir}/agent.log. Ctrl-C stops both.`);
  }

  /** Longer than for other commands: the agent delivers its last events. */
  protected override lettingGoMs(): number {
    return 25_000;
  }
}
