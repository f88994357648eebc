/** `mcp node show`: everything known about one node. */
import { Option } from "clipanion";
import type { ListedNode, NodeShowOutput } from "../../../schemas/output/node-output.ts";
import type { ServiceStatus } from "../../../schemas/output/status-output.ts";
import type { NodeEnrollment } from "../../../schemas/wire/enrollment.ts";
import type { Presence } from "../../../schemas/wire/presence.ts";
import { type Cell, styled } from "../../../terminal/cell.ts";
import { readNodeName } from "../../arguments/arguments.ts";
import { BaseCommand } from "../../base/base-command.ts";
import { readFleet, requireNode } from "../../fleet/fleet.ts";
import { ageText, sizeText } from "../../output/age.ts";
import { type TimeStyle, timeText } from "../../output/time.ts";
import { livenessCell, stateCell } from "../../output/words.ts";
import { listNodes } from "../../status/listed-node.ts";
import { clockText, storeText } from "../../status/reason.ts";
import { summarize } from "../../status/summarize.ts";

export class NodeShowCommand extends BaseCommand {
  static override paths = [["node", "show"]];
  static override usage = BaseCommand.describe({
    category: "Nodes",
    description: "Show one node: presence, versions, load, room, labels, services",
    details: `It shows the last report of the node, with its age by the clock of the bus. The facts about a node that is not online are as
old as its last report.`,
    examples: [
      ["Show everything about one node", "$0 node show rift"],
      ["Its free disk space, for a script", "$0 node show rift --json | jq .node.presence.host.diskFreeBytes"],
    ],
  });

  name = Option.String({ name: "node", required: true });

  async run() {
    const name = readNodeName("node show", this.name);
    const bus = await this.bus();
    const [fleet, records] = await Promise.all([readFleet(bus, this.context.now()), bus.listNodes()]);
    const nodes = listNodes(fleet.presence, records, fleet.nowMs);
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
      ...recordFacts(enrolled, { nowMs: this.context.now(), utc: this.utc }),
    ];
    for (const [name, text] of facts) this.out.hanging(LABEL_COLUMNS, label(name), text);
    if (node.clockAheadMs !== undefined) this.out.note(clockText(node.node, node.clockAheadMs));
    if (node.storeProblem !== undefined) this.out.note(`${node.node}: ${node.storeProblem.hint}`);
    if (liveness !== "online") this.#noteSilent(node);
    for (const { service, state, reason } of services) {
      this.out.hanging(
        LABEL_COLUMNS,
        label("service"),
        `${service} `,
        stateCell(state),
        reason === undefined ? "" : `  ${reason}`,
      );
    }
  }

  /** Only the node can say why it is silent. */
  #noteSilent({ node, liveness }: ListedNode): void {
    const why = { left: "the agent stopped", offline: "no report arrives", "never-seen": "no agent has connected yet" };
    if (liveness === "online") return;
    this.out.note(`${why[liveness]}: start it on ${node}; if it runs there, ${CHECKS}`);
  }
}

/** What only the node itself can check. */
const CHECKS = "`mcp-agent doctor` checks its clock, its credentials and the way to the bus";

type Fact = readonly [name: string, text: string];

function containersText({ containers, undeclared = 0 }: Pick<Presence, "containers" | "undeclared">): string {
  return undeclared === 0 ? String(containers) : `${containers}, and ${undeclared} without a definition`;
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
    ...(presence.storeProblem === undefined ? [] : [["store", storeText(presence.storeProblem)] as const]),
    ...(presence.outbox === 0 ? [] : [["events", `${presence.outbox} not yet delivered`] as const]),
  ];
}

function recordFacts(
  enrolled: NodeEnrollment | undefined,
  { nowMs, ...times }: TimeStyle & { readonly nowMs: number },
): Fact[] {
  if (enrolled === undefined) return [["recorded", "no: add it with `mcp node add`"]];
  const { by, at, account, incarnation } = enrolled;
  const labels = Object.entries(enrolled.labels).map(([key, value]) => `${key}=${value}`);
  return [
    account === undefined
      ? ["recorded", `by ${by} at ${timeText(at, times)}; it has no account`]
      : ["enrolled", `by ${by} at ${timeText(at, times)}, ${ageText(Math.max(0, nowMs - Date.parse(at)))} ago`],
    ...(account === undefined ? [] : [["account", account] as const]),
    ...(incarnation === undefined ? [] : [["incarnation", incarnation] as const]),
    ...(labels.length === 0 ? [] : [["labels", labels.join(", ")] as const]),
  ];
}

const LABEL_COLUMNS = 14;

function label(name: string): Cell {
  return styled("dim", `  ${name}`.padEnd(LABEL_COLUMNS));
}
