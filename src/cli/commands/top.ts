/** `mcp top`: what the containers of all nodes use right now; at a terminal it is shown again and again. */
import { setTimeout as sleep } from "node:timers/promises";
import { Option } from "clipanion";
import type { OperatorBus } from "../../bus/ports/operator-bus.ts";
import type { TopOutput } from "../../schemas/output/top-output.ts";
import { type Cell, styled } from "../../terminal/cell.ts";
import type { NodeName, Selector } from "../../values/names.ts";
import { readWait, readWord } from "../arguments/arguments.ts";
import { readTargetNode } from "../arguments/target-node.ts";
import { BaseCommand } from "../base/base-command.ts";
import { readSelector } from "../fleet/select.ts";
import { answeredLine, refuseSilence } from "../ps/answered-line.ts";
import { askNodes, type NodesAnswers } from "../ps/ask-nodes.ts";
import { containersOf, requireKnown } from "../ps/filter-containers.ts";
import { measureUsage } from "../ps/measure-usage.ts";
import { ORDERS, type Order, usageLines } from "../ps/usage-lines.ts";
import { redrawScreen } from "../watch/redraw-screen.ts";

const DEFAULT_INTERVAL = "2s";
const DEFAULT_TIMEOUT = "1500ms";
/** Between the two measurements of the first picture. */
const FIRST_INTERVAL_MS = 1_000;

interface Options {
  readonly order: Order;
  readonly intervalMs: number;
  readonly idleMs: number;
  readonly only: NodeName | undefined;
  readonly selector: Selector | undefined;
}

interface Picture {
  readonly now: NodesAnswers;
  readonly output: TopOutput;
}

export class TopCommand extends BaseCommand {
  static override paths = [["top"]];
  static override usage = BaseCommand.describe({
    category: "Status and logs",
    description: "Show CPU, memory and processes of containers on all nodes",
    details: `At a terminal the picture is shown again every ${DEFAULT_INTERVAL}: \`q\` or Ctrl-C stops. Elsewhere, and with --once
or --json, it is printed once.

CPU is the share of one core between two measurements, so 200% means two cores. MEMORY is the resident memory of the
container's processes; memory that several of them share is counted for each.`,
    examples: [
      ["Watch the whole fleet", "$0 top"],
      ["Watch one service", "$0 top web"],
      ["Show what needs the most memory on rift", "$0 top --node rift --sort memory --once"],
      ["For a script", "$0 top --json | jq '.containers[] | [.name, .cpuPercent]'"],
    ],
  });

  service = Option.String({ name: "service[/component][@node]", required: false });
  node = Option.String("--node", { description: "ask this node only" });
  all = Option.Boolean("-a,--all", false, { description: "also show containers that mcp does not manage" });
  sort = Option.String("--sort", "cpu", { description: `sort by ${ORDERS.join(", ")} (default cpu)` });
  once = Option.Boolean("--once", false, { description: "print one picture and exit" });
  interval = Option.String("--interval", DEFAULT_INTERVAL, {
    description: `time between two pictures (default ${DEFAULT_INTERVAL})`,
  });
  timeout = Option.String("--timeout", DEFAULT_TIMEOUT, {
    description: `wait this long for silent nodes, longer while others still answer (default ${DEFAULT_TIMEOUT})`,
  });

  async run() {
    const options = this.#options();
    const { context, out } = this;
    const bus = await this.bus();
    const pictures = this.#pictures(bus, options);
    if (!this.once && !this.json && context.stdout.isTTY === true && out.canRedraw) {
      const next = async (signal: AbortSignal) => {
        const picture = await pictures(signal);
        return () => [...pictureLines(picture, options, (out.width ?? 0) - 1), ...failureLines(picture)];
      };
      await redrawScreen({ context, out, intervalMs: options.intervalMs, next });
      return undefined;
    }
    const picture = await pictures(context.signal);
    if (this.json) out.document(picture.output);
    else for (const line of pictureLines(picture, options, out.width)) out.print(...line);
    for (const line of failureLines(picture)) out.complain(...line);
    return undefined;
  }

  #options(): Options {
    const selector = this.service === undefined ? undefined : readSelector(this.service);
    return {
      selector,
      order: readWord("--sort", this.sort, ORDERS),
      intervalMs: readWait("--interval", this.interval),
      idleMs: readWait("--timeout", this.timeout),
      only: readTargetNode(this.node, selector),
    };
  }

  /** Each call measures again and compares with the measurement before; the first call measures twice. */
  #pictures(bus: OperatorBus, options: Options): (signal: AbortSignal) => Promise<Picture> {
    let before: NodesAnswers | undefined;
    return async (signal) => {
      if (before === undefined) {
        before = await measure(bus, options, signal);
        await sleep(FIRST_INTERVAL_MS, undefined, { signal });
      }
      const now = await measure(bus, options, signal);
      const output = measureUsage(before, now, this.context.now());
      before = now;
      const { selector } = options;
      const containers = containersOf(output.containers, { selector, all: this.all });
      if (containers.length === 0) await requireKnown(bus, selector);
      return { now, output: { ...output, containers } };
    };
  }
}

async function measure(bus: OperatorBus, { only, idleMs }: Options, signal: AbortSignal): Promise<NodesAnswers> {
  const answers = await askNodes(bus, { body: { verb: "usage" }, only, idleMs, signal });
  if (only !== undefined) refuseSilence(answers);
  return answers;
}

/** @param width of the terminal; undefined: unlimited */
function pictureLines(picture: Picture, { order }: Options, width: number | undefined): Cell[][] {
  return [...usageLines(picture.output, order, width), answeredLine(picture.now)];
}

function failureLines({ output }: Picture): Cell[][] {
  return output.failed.map(({ node, message }) => [styled("yellow", "warning: "), `${node}: ${message}`]);
}
