/** `mcp ps`: the containers that run now, from every node's runtime itself, and which nodes did not answer. */
import { Option } from "clipanion";
import type { PsContainer, PsOutput } from "../../schemas/output/ps-output.ts";
import { type Cell, styled } from "../../terminal/cell.ts";
import { readWait } from "../arguments/arguments.ts";
import { type Format, formatOption, readFormat } from "../arguments/format.ts";
import { readTargetNode } from "../arguments/target-node.ts";
import { BaseCommand } from "../base/base-command.ts";
import { EXIT } from "../context/exit-codes.ts";
import { readSelector } from "../fleet/select.ts";
import { ageText } from "../output/age.ts";
import type { Columns } from "../output/table.ts";
import { containerCell, healthCell } from "../output/words.ts";
import { answeredLine, refuseSilence } from "../ps/answered-line.ts";
import { askNodes } from "../ps/ask-nodes.ts";
import { containersOf, requireKnown } from "../ps/filter-containers.ts";
import { gatherContainers, isManaged } from "../ps/gather-containers.ts";

const COLUMNS: Columns = [
  "NODE",
  "SERVICE",
  "COMPONENT",
  { name: "VERSION", rank: 3 },
  "STATE",
  { name: "UPTIME", rank: 1 },
  { name: "HEALTH", rank: 2 },
];
const WIDE_COLUMNS = ["NODE", "SERVICE", "COMPONENT", "VERSION", "STATE", "UPTIME", "HEALTH", "CONTAINER", "IMAGE"];
const DEFAULT_TIMEOUT = "1500ms";

export class PsCommand extends BaseCommand {
  static override paths = [["ps"]];
  static override usage = BaseCommand.describe({
    category: "Status and logs",
    description: "Show live containers on all nodes",
    details: `Asks the container runtime of every node. The last line says how many nodes answered, and names those that did
not, with the time when they were last seen.`,
    examples: [
      ["Show what is running where", "$0 ps"],
      ["Show the containers of one service", "$0 ps web"],
      ["Show one node, with the containers that mcp does not manage", "$0 ps --node rift --all"],
      ["In a script: exit code 8 when a node is silent", "$0 ps --check"],
    ],
  });

  service = Option.String({ name: "service[/component][@node]", required: false });
  node = Option.String("--node", { description: "ask this node only" });
  all = Option.Boolean("-a,--all", false, { description: "also show containers that mcp does not manage" });
  check = Option.Boolean("--check", false, { description: "exit with 8 when a node is silent or fails" });
  timeout = Option.String("--timeout", DEFAULT_TIMEOUT, {
    description: `wait this long for silent nodes, longer while others still answer (default ${DEFAULT_TIMEOUT})`,
  });
  output = formatOption();

  async run() {
    const format = readFormat(this);
    const idleMs = readWait("--timeout", this.timeout);
    const selector = this.service === undefined ? undefined : readSelector(this.service);
    const only = readTargetNode(this.node, selector);
    const bus = await this.bus();
    const asked = await askNodes(bus, { body: { verb: "ps" }, only, idleMs, signal: this.context.signal });
    if (only !== undefined) refuseSilence(asked);
    const output = gatherContainers(asked, this.context.now());
    const containers = containersOf(output.containers, { selector, all: this.all });
    if (containers.length === 0) await requireKnown(bus, selector);
    this.#show({ ...output, containers }, format);
    const complete = output.silent.length === 0 && output.failed.length === 0;
    return this.check && !complete ? EXIT.partlyFailed : EXIT.done;
  }

  #show(output: PsOutput, format: Format): void {
    const { containers, failed } = output;
    if (format === "json") {
      this.out.document(output);
      return;
    }
    if (format === "name") for (const container of containers) this.out.print(nameOf(container));
    else if (containers.length > 0 && format === "wide")
      this.out.table(WIDE_COLUMNS, containers.map(wideRow), { wide: true });
    else if (containers.length > 0) this.out.table(COLUMNS, containers.map(row));
    for (const { node, message } of failed) this.out.warn(`${node}: ${message}`);
    if (format === "name") this.out.note(...answeredLine(output));
    else this.out.print(...answeredLine(output));
  }
}

/** What the other commands take: `web/api@rift`; for a container that mcp does not manage, its own name. */
function nameOf({ node, service, component, name }: PsContainer): string {
  return service === undefined ? name : `${service}/${component ?? name}@${node}`;
}

function row(container: PsContainer): Cell[] {
  const { node, service, component, name, imageVersion, state, uptimeMs, health, exitCode } = container;
  const managed = isManaged(container);
  return [
    node,
    managed ? (service ?? "") : styled("dim", "(unmanaged)"),
    component ?? name,
    imageVersion,
    state === "exited" && exitCode !== undefined ? styled("red", `exited (${exitCode})`) : containerCell(state),
    uptimeMs === undefined ? "-" : ageText(uptimeMs),
    healthCell(state === "running" ? health : undefined),
  ];
}

function wideRow(container: PsContainer): Cell[] {
  return [...row(container), container.name, container.image];
}
