/** `mcp node list`: the nodes that the bus knows, with their last presence and facts. */

import type { ListedNode, NodeListOutput } from "../../../schemas/output/node-output.ts";
import type { NodeEnrollment } from "../../../schemas/wire/enrollment.ts";
import type { Presence } from "../../../schemas/wire/presence.ts";
import type { Cell } from "../../../terminal/cell.ts";
import { formatOption, readFormat } from "../../arguments/format.ts";
import { BaseCommand } from "../../base/base-command.ts";
import { ageText, sizeText } from "../../output/age.ts";
import type { Columns } from "../../output/table.ts";
import { livenessCell } from "../../output/words.ts";
import { listNodes } from "../../status/listed-node.ts";
import { storeText } from "../../status/reason.ts";

const COLUMNS: Columns = [
  "NODE",
  "STATE",
  { name: "LAST SEEN", rank: 1 },
  { name: "ENROLLED", rank: 5 },
  { name: "AGENT", rank: 4 },
  { name: "PODMAN", rank: 6 },
  { name: "OS", rank: 9 },
  { name: "SERVICES", rank: 2 },
  { name: "CONTAINERS", rank: 3 },
  { name: "LOAD", rank: 8 },
  { name: "MEMORY FREE", rank: 7 },
];

export class NodeListCommand extends BaseCommand {
  static override paths = [["node", "list"]];
  static override usage = BaseCommand.describe({
    category: "Nodes",
    description: "List nodes: presence, versions and facts",
    details: `It shows the last report of each node. LAST SEEN is the age of that report by the clock of the bus. The facts about a node
that is not online are as old as its last report.

stopped: the agent said that it shuts down. offline: no report for 45 seconds; the machine or the network is down, or the agent
cannot connect (\`mcp-agent doctor\` on the node shows why, for example a wrong clock or revoked credentials).`,
    examples: [
      ["List all nodes", "$0 node list"],
      [
        "Names of nodes that are offline",
        "$0 node list --json | jq -r '.nodes[] | select(.liveness==\"offline\").node'",
      ],
    ],
  });

  output = formatOption();

  async run() {
    const format = readFormat(this);
    const bus = await this.bus();
    const [presence, records] = await Promise.all([bus.listPresence(), bus.listNodes()]);
    const nodes = listNodes(presence, records, this.context.now());
    if (format === "json") this.out.document({ nodes } satisfies NodeListOutput);
    else if (format === "name") for (const { node } of nodes) this.out.print(node);
    else if (nodes.length === 0) this.out.note("no nodes yet: add one with `mcp node add <name>`");
    else {
      const nowMs = this.context.now();
      this.out.table(
        COLUMNS,
        nodes.map((node) => row(node, nowMs)),
        { wide: format === "wide" },
      );
      for (const { node, storeProblem } of nodes) {
        if (storeProblem !== undefined) this.out.warn(`${node}: ${storeText(storeProblem)}`);
      }
      this.#noteSilent(nodes);
    }
    return undefined;
  }

  /** Why a node is silent, only the node can say. */
  #noteSilent(nodes: readonly ListedNode[]): void {
    const [silent] = nodes.filter(({ liveness }) => liveness === "left" || liveness === "offline");
    if (silent !== undefined) this.out.note(`to find out why a node is not online: \`mcp node show ${silent.node}\``);
  }
}

function runtimeCell({ starting, health, version }: Presence["runtime"]): Cell {
  if (starting) return "starting";
  return health === "ok" ? (version ?? "ok") : { text: health, style: "red" };
}

function row({ node, liveness, lastSeenMs, presence, enrolled }: ListedNode, nowMs: number): Cell[] {
  const seen = lastSeenMs === undefined ? "never" : `${ageText(lastSeenMs)} ago`;
  const head = [node, livenessCell(liveness), seen, enrollmentText(enrolled, nowMs)];
  if (presence === undefined) return [...head, "-", "-", "-", "-", "-", "-", "-"];
  const { agentVersion, runtime, host, services, containers } = presence;
  return [
    ...head,
    agentVersion,
    runtimeCell(runtime),
    `${host.os} ${host.arch}`,
    services,
    containers,
    host.load1.toFixed(2),
    `${sizeText(host.memoryFreeBytes)} of ${sizeText(host.memoryBytes)}`,
  ];
}

/** The age of the enrollment; a node without its own account was only recorded, or only seen. */
function enrollmentText(enrolled: NodeEnrollment | undefined, nowMs: number): string {
  if (enrolled?.account === undefined) return enrolled === undefined ? "no" : "recorded";
  return `${ageText(Math.max(0, nowMs - Date.parse(enrolled.at)))} ago`;
}
