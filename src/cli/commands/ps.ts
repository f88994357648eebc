/** `mcp ps`: the containers that run now, from every node's runtime itself, and who did not answer. */
import { Option } from "clipanion";
import { McpError } from "../../schemas/error.ts";
import type { NodeSighting, PsContainer, PsOutput } from "../../schemas/json-output.ts";
import { readNodeName, readWait } from "../arguments.ts";
import { askFleet } from "../ask-fleet.ts";
import { EXIT } from "../exit-codes.ts";
import { demandNode, readNodes } from "../fleet.ts";
import { ageText } from "../output/age.ts";
import { type Cell, styled } from "../output/cell.ts";
import { containerCell, healthCell } from "../output/words.ts";
import { gatherContainers, isManaged } from "../ps/gather-containers.ts";
import { replyError } from "../reply-error.ts";
import { whereabouts } from "../status/reason.ts";
import { BaseCommand } from "./base.ts";

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
    description: `give up on silent nodes when nobody has answered for this long (default ${DEFAULT_TIMEOUT})`,
  });

  async run() {
    const idleMs = readWait("--timeout", this.timeout);
    const only = this.node === undefined ? undefined : readNodeName("--node", this.node);
    const bus = await this.bus();
    const known = await readNodes(bus);
    const asked = only === undefined ? known : [demandNode(only, known)];
    const expected = (only === undefined ? known.filter(isOnline) : asked).map(({ node }) => node);
    const answers = await askFleet(bus, {
      body: { verb: "ps" },
      ...(only === undefined ? {} : { nodes: [only] }),
      expected,
      othersToo: asked.length > expected.length,
      idleMs,
      signal: this.context.signal,
    });
    const output = gatherContainers(answers, asked, this.context.now());
    if (only !== undefined) refuseSilence(output);
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
    this.out.print(...closing(output));
  }
}

/** A node asked by name that stays silent is a failure, not an empty table. */
function refuseSilence({ silent, failed }: PsOutput): void {
  const [missing] = silent;
  if (missing !== undefined) throw new McpError("E_NODE_UNREACHABLE", `no answer: ${whereabouts(missing)}`);
  const [first] = failed;
  if (first !== undefined) throw replyError(first.node, first);
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

function closing({ answered, silent, failed }: PsOutput): Cell[] {
  const count = answered.length + failed.length;
  const names = silent.map(seenText).join(", ");
  const line = `${count} ${count === 1 ? "node" : "nodes"} answered, ${silent.length} silent`;
  return silent.length === 0 ? [line] : [`${line}: `, styled("yellow", names)];
}

function seenText({ node, lastSeenMs }: NodeSighting): string {
  return lastSeenMs === undefined ? `${node} (never seen)` : `${node} (last seen ${ageText(lastSeenMs)} ago)`;
}

function isOnline({ liveness }: NodeSighting): boolean {
  return liveness === "online";
}
