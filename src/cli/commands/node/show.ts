/** `mcp node show`: all there is to know of one node. */
import { Option } from "clipanion";
import type { ListedNode, ServiceStatus } from "../../../schemas/output/json-output.ts";
import type { NodeShowOutput } from "../../../schemas/output/node-output.ts";
import type { NodeEnrolment } from "../../../schemas/wire/enrolment.ts";
import type { Presence } from "../../../schemas/wire/presence.ts";
import { readNodeName } from "../../arguments/arguments.ts";
import { BaseCommand } from "../../base/base-command.ts";
import { readFleet, requireNode } from "../../fleet/fleet.ts";
import { ageText, sizeText } from "../../output/age.ts";
import { type Cell, styled } from "../../output/cell.ts";
import { livenessCell, stateCell } from "../../output/words.ts";
import { listNodes } from "../../status/listed-node.ts";
import { summarize } from "../../status/summarize.ts";

export class NodeShowCommand extends BaseCommand {
  static override paths = [["node", "show"]];
  static override usage = BaseCommand.describe({
    category: "Nodes",
    description: "Show one node: presence, versions, load, room, labels, services",
    details: `Reads what the node last said of itself, with its age by the bus's clock; facts of a node that is not online are as of then.`,
    examples: [
      ["All about one node", "$0 node show rift"],
      ["Its room on disk, for a script", "$0 node show rift --json | jq .node.presence.host.diskFreeBytes"],
    ],
  });

  name = Option.String({ name: "node", required: true });

  async run() {
    const name = readNodeName("node show", this.name);
    const bus = await this.bus();
    const [fleet, records] = await Promise.all([readFleet(bus, this.context.now()), bus.listNodes()]);
    const nodes = listNodes(fleet.presence, records);
    requireNode(name, nodes);
    const node = nodes.find((one) => one.node === name) ?? { node: name, liveness: "never-seen" as const };
    const services = summarize(fleet).filter((status) => status.node === name);
    if (this.json) this.out.document({ node, services } satisfies NodeShowOutput);
    else this.#show(node, services);
    return undefined;
  }

  #show(node: ListedNode, services: readonly ServiceStatus[]): void {
    const { lastSeenMs, liveness, presence, enrolled } = node;
    const seen = lastSeenMs === undefined ? "" : `, last seen ${ageText(lastSeenMs)} ago`;
    this.out.print(styled("bold", node.node), "  ", livenessCell(liveness), seen);
    const facts = [
      ...(presence === undefined ? [] : presenceFacts(presence, this.context.now())),
      ...recordFacts(enrolled, this.context.now()),
    ];
    for (const [name, text] of facts) this.out.print(label(name), text);
    for (const { service, state, reason } of services) {
      this.out.print(label("service"), `${service} `, stateCell(state), reason === undefined ? "" : `  ${reason}`);
    }
  }
}

type Fact = readonly [name: string, text: string];

function containersText({ containers, undeclared = 0 }: Pick<Presence, "containers" | "undeclared">): string {
  return undeclared === 0 ? String(containers) : `${containers}, and ${undeclared} that nobody declared`;
}

function presenceFacts({ agentVersion, startedAt, runtime, host, ...presence }: Presence, nowMs: number): Fact[] {
  const room = (free: number | undefined, all: number | undefined) =>
    free === undefined || all === undefined ? "unknown" : `${sizeText(free)} free of ${sizeText(all)}`;
  return [
    ["agent", `${agentVersion}, started ${ageText(Math.max(0, nowMs - Date.parse(startedAt)))} ago`],
    ["podman", `${runtime.version ?? "version unknown"}, ${runtime.starting ? "starting" : runtime.health}`],
    ["system", `${host.os} ${host.arch}, kernel ${host.kernel}, up ${ageText(host.uptimeSeconds * 1_000)}`],
    ["cpu", `${host.cpus} cores, load ${host.load1.toFixed(2)}`],
    ["memory", room(host.memoryFreeBytes, host.memoryBytes)],
    ["disk", room(host.diskFreeBytes, host.diskBytes)],
    ["containers", containersText(presence)],
    ...(presence.outbox === 0 ? [] : [["events", `${presence.outbox} not yet delivered`] as const]),
  ];
}

function recordFacts(enrolled: NodeEnrolment | undefined, nowMs: number): Fact[] {
  if (enrolled === undefined) return [["recorded", "no: `mcp node add` enrols it, with labels"]];
  const { by, at, account, incarnation } = enrolled;
  const labels = Object.entries(enrolled.labels).map(([key, value]) => `${key}=${value}`);
  return [
    account === undefined
      ? ["recorded", `by ${by} at ${at}; it has no account of its own`]
      : ["enrolled", `by ${by} at ${at}, ${ageText(Math.max(0, nowMs - Date.parse(at)))} ago`],
    ...(account === undefined ? [] : [["account", account] as const]),
    ...(incarnation === undefined ? [] : [["incarnation", incarnation] as const]),
    ...(labels.length === 0 ? [] : [["labels", labels.join(", ")] as const]),
  ];
}

function label(name: string): Cell {
  return styled("dim", `  ${name.padEnd(12)}`);
}
