/** `mcp top`: what the containers of all nodes use right now, drawn anew at a terminal until Ctrl-C. */
import { setTimeout as sleep } from "node:timers/promises";
import { Option } from "clipanion";
import type { OperatorBus } from "../../bus/ports/operator-bus.ts";
import type { TopOutput } from "../../schemas/output/json-top-output.ts";
import { readNodeName, readWait, readWord } from "../arguments/arguments.ts";
import { BaseCommand } from "../base/base-command.ts";
import { answeredLine, refuseSilence } from "../ps/answered-line.ts";
import { askNodes, type NodesAnswers } from "../ps/ask-nodes.ts";
import { isManaged } from "../ps/gather-containers.ts";
import { measureUsage } from "../ps/measure-usage.ts";
import { ORDERS, type Order, usageLines } from "../ps/usage-lines.ts";

const DEFAULT_INTERVAL = "2s";
const DEFAULT_TIMEOUT = "1500ms";
/** Between the two looks of a single picture. */
const FIRST_INTERVAL_MS = 1_000;

export class TopCommand extends BaseCommand {
  static override paths = [["top"]];
  static override usage = BaseCommand.describe({
    category: "Looking",
    description: "Show what containers use: processor, memory, processes, on all nodes",
    details: `At a terminal the picture is drawn anew until Ctrl-C; elsewhere, and with --once or --json, it is printed once.
CPU is the share of one core over the time between two looks, so 200% is two cores. MEMORY is the resident memory of
the container's processes; what several of them share is counted for each.`,
    examples: [
      ["Watch the whole fleet", "$0 top"],
      ["Who needs the most memory on rift", "$0 top --node rift --sort memory --once"],
      ["For a script", "$0 top --json | jq '.containers[] | [.name, .cpuPercent]'"],
    ],
  });

  node = Option.String("--node", { description: "ask this node only" });
  all = Option.Boolean("-a,--all", false, { description: "show containers that mcp does not manage, too" });
  sort = Option.String("--sort", "cpu", { description: `by ${ORDERS.join(", ")} (default cpu)` });
  once = Option.Boolean("--once", false, { description: "one picture, then end" });
  interval = Option.String("--interval", DEFAULT_INTERVAL, {
    description: `time between two pictures (default ${DEFAULT_INTERVAL})`,
  });
  timeout = Option.String("--timeout", DEFAULT_TIMEOUT, {
    description: `give up on silent nodes after this long, but not while others still answer (default ${DEFAULT_TIMEOUT})`,
  });

  async run() {
    const options = {
      order: readWord("--sort", this.sort, ORDERS),
      intervalMs: readWait("--interval", this.interval),
      idleMs: readWait("--timeout", this.timeout),
      only: this.node === undefined ? undefined : readNodeName("--node", this.node),
    };
    const { signal } = this.context;
    const bus = await this.bus();
    const follows = !this.once && !this.json && this.context.stdout.isTTY === true && this.out.canRedraw;
    let before = await this.#look(bus, options);
    for (let waitMs = FIRST_INTERVAL_MS; ; waitMs = options.intervalMs) {
      await sleep(waitMs, undefined, { signal });
      const now = await this.#look(bus, options);
      const output = measureUsage(before, now, this.context.now());
      const containers = output.containers.filter((container) => this.all || isManaged(container));
      this.#show({ ...output, containers }, { now, follows, order: options.order });
      if (!follows) return undefined;
      before = now;
    }
  }

  async #look(bus: OperatorBus, { only, idleMs }: { only: string | undefined; idleMs: number }): Promise<NodesAnswers> {
    const look = await askNodes(bus, { body: { verb: "usage" }, only, idleMs, signal: this.context.signal });
    if (only !== undefined) refuseSilence(look);
    return look;
  }

  #show(output: TopOutput, { now, follows, order }: { now: NodesAnswers; follows: boolean; order: Order }): void {
    const lines = [...usageLines(output, order), answeredLine(now)];
    if (this.json) this.out.document(output);
    else if (follows) this.out.redraw(lines);
    else for (const line of lines) this.out.print(...line);
    for (const { node, message } of output.failed) this.out.warn(`${node}: ${message}`);
  }
}
