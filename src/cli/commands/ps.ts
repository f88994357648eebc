/** `mcp ps`: the containers that run now, from every node's runtime itself, and who did not answer. */
import { Option } from "clipanion";
import type { PsContainer, PsOutput } from "../../schemas/output/json-output.ts";
import { readNodeName, readWait } from "../arguments/arguments.ts";
import { BaseCommand } from "../base/base-command.ts";
import { EXIT } from "../context/exit-codes.ts";
import { ageText } from "../output/age.ts";
import { type Cell, styled } from "../output/cell.ts";
import { containerCell, healthCell } from "../output/words.ts";
import { answeredLine, refuseSilence } from "../ps/answered-line.ts";
import { askNodes } from "../ps/ask-nodes.ts";
import { gatherContainers, isManaged } from "../ps/gather-containers.ts";

const COLUMNS = ["NODE", "SERVICE", "COMPONENT", "VERSION", "STATE", "UPTIME", "HEALTH"];
const DEFAULT_TIMEOUT = "1500ms";

export class PsCommand extends BaseCommand {
  static override paths = [["ps"]];
  static override usage = BaseCommand.describe({
    category: "Looking",
    description: "List live containers of all nodes, from the runtime itself",
    details: `Asks every node. The last line says how many answered and names those that did not, with their last sign of life.`,
    examples: [
      ["What runs where, right now", "$0 ps"],
      ["One node, with the containers that mcp does not manage", "$0 ps --node rift --all"],
      ["In a script: exit code 8 when a node is silent", "$0 ps --check"],
    ],
  });

  node = Option.String("--node", { description: "ask this node only" });
  all = Option.Boolean("-a,--all", false, { description: "show containers that mcp does not manage, too" });
  check = Option.Boolean("--check", false, { description: "exit with 8 when a node is silent or fails" });
  timeout = Option.String("--timeout", DEFAULT_TIMEOUT, {
    description: `give up on silent nodes after this long, but not while others still answer (default ${DEFAULT_TIMEOUT})`,
  });

  async run() {
    const idleMs = readWait("--timeout", this.timeout);
    const only = this.node === undefined ? undefined : readNodeName("--node", this.node);
    const bus = await this.bus();
    const asked = await askNodes(bus, { body: { verb: "ps" }, only, idleMs, signal: this.context.signal });
    if (only !== undefined) refuseSilence(asked);
    const output = gatherContainers(asked, this.context.now());
    this.#show(output);
    const complete = output.silent.length === 0 && output.failed.length === 0;
    return this.check && !complete ? EXIT.partlyFailed : EXIT.done;
  }

  #show(output: PsOutput): void {
    const containers = output.containers.filter((container) => this.all || isManaged(container));
    if (this.json) {
      this.out.document({ ...output, containers } satisfies PsOutput);
      return;
    }
    if (containers.length > 0) this.out.table(COLUMNS, containers.map(row));
    for (const { node, message } of output.failed) this.out.warn(`${node}: ${message}`);
    this.out.print(...answeredLine(output));
  }
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
    healthCell(health),
  ];
}
