/** `mcp list`: desired state and last report of every service. Reads the bus; asks no agent. */
import { Option } from "clipanion";
import type { OperatorBus } from "../../bus/ports/operator-bus.ts";
import type { ListOutput, ServiceStatus } from "../../schemas/output/status-output.ts";
import type { Cell } from "../../terminal/cell.ts";
import type { NodeName } from "../../values/names.ts";
import { type Format, formatOption, readFormat } from "../arguments/format.ts";
import { readTargetNode } from "../arguments/target-node.ts";
import { BaseCommand } from "../base/base-command.ts";
import { readFleet, readNodes, requireNode } from "../fleet/fleet.ts";
import { ageText } from "../output/age.ts";
import { type Columns, tableLines } from "../output/table.ts";
import { NO_SERVICES, REPORTS_ONLY, stateCell } from "../output/words.ts";
import { summarize } from "../status/summarize.ts";
import { type Shown, watch, watchOption } from "../watch/watch-option.ts";

const COLUMNS: Columns = [
  "SERVICE",
  "NODE",
  { name: "ACTIVE", rank: 3 },
  { name: "GENERATION", rank: 2 },
  "STATE",
  { name: "AGE", rank: 1 },
];
const WIDE_COLUMNS: Columns = ["SERVICE", "NODE", "ACTIVE", "GENERATION", "STATE", "AGE", "AUTHOR", "REASON"];
const STALE_NOTE = "* last report of a node that is not online, or has restarted";

export class ListCommand extends BaseCommand {
  static override paths = [["list"]];
  static override usage = BaseCommand.describe({
    category: "Status and logs",
    description: "List services with desired state and last report",
    details: `Reads the bus and asks no agent, so it answers at once, for offline nodes too.
AGE is the age of the node's last report. A state with * may be out of date, because its node is not online.`,
    examples: [
      ["List every service of every node", "$0 list"],
      ["List the services of one node", "$0 list --node rift"],
      ["Watch the list until everything has converged", "$0 list --watch"],
      ["Print it for a program", "$0 list --json"],
    ],
  });

  node = Option.String("--node", { description: "list the services of this node only" });
  watch = watchOption();
  output = formatOption();

  async run() {
    const format = readFormat(this);
    const only = readTargetNode(this.node, undefined);
    const bus = await this.bus();
    const { context, out, json } = this;
    if (this.watch) {
      await watch({ context, out, json, read: async () => shownOf(await this.#read(bus, only), format) });
      return undefined;
    }
    const services = await this.#read(bus, only);
    const shown = shownOf(services, format);
    if (json) out.document(shown.document);
    else if (services.length === 0) out.note(NO_SERVICES);
    else for (const line of shown.lines(out.width)) out.print(...line);
    if (!json && format !== "name" && services.some(isDoubtful)) out.note(STALE_NOTE);
    if (bus.reportsOnly) out.note(REPORTS_ONLY);
    return undefined;
  }

  /** @throws McpError E_NOT_FOUND for a node that the bus does not know */
  async #read(bus: OperatorBus, only: NodeName | undefined): Promise<ServiceStatus[]> {
    const fleet = await readFleet(bus, this.context.now());
    const services = summarize(fleet).filter(({ node }) => only === undefined || node === only);
    if (only !== undefined && services.length === 0) requireNode(only, await readNodes(bus));
    return services;
  }
}

function shownOf(services: ServiceStatus[], format: Format): Shown {
  const lines = (width: number | undefined) => {
    if (format === "name") return services.map(({ service, node }) => [`${service}@${node}`]);
    return format === "wide"
      ? tableLines(WIDE_COLUMNS, services.map(wideRow))
      : tableLines(COLUMNS, services.map(row), width);
  };
  return { document: { services } satisfies ListOutput, lines };
}

/** A state that may be out of date, other than one that only the bus decides. */
function isDoubtful({ stale, state }: Pick<ServiceStatus, "stale" | "state">): boolean {
  return stale && state !== "pending";
}

function wideRow(status: ServiceStatus): Cell[] {
  return [...row(status), status.desired?.author ?? "-", status.reason ?? ""];
}

function row({ service, node, desired, state, stale, reportAgeMs }: ServiceStatus): Cell[] {
  return [
    service,
    node,
    activeText(desired),
    desired?.generation ?? "?",
    isDoubtful({ stale, state }) ? { text: `${state}*`, style: "dim" } : stateCell(state),
    reportAgeMs === undefined ? "-" : ageText(reportAgeMs),
  ];
}

function activeText(desired: ServiceStatus["desired"]): string {
  if (desired === undefined) return "?";
  if (desired.retired) return "retired";
  if (desired.stoppedHere !== undefined) return "not here";
  return desired.active ? "yes" : "no";
}
