/** `mcp list`: what should run where, and what was last reported of it. Reads the bus; asks no agent. */
import type { ListOutput, ServiceStatus } from "../../schemas/output/json-output.ts";
import { BaseCommand } from "../base/base-command.ts";
import { readFleet } from "../fleet/fleet.ts";
import { ageText } from "../output/age.ts";
import type { Cell } from "../output/cell.ts";
import { NO_SERVICES, REPORTS_ONLY, stateCell } from "../output/words.ts";
import { summarise } from "../status/summarise.ts";

const COLUMNS = ["SERVICE", "NODE", "ACTIVE", "GENERATION", "STATE", "AGE"];

export class ListCommand extends BaseCommand {
  static override paths = [["list"]];
  static override usage = BaseCommand.describe({
    category: "Looking",
    description: "List services: desired state and last report",
    details: `Reads the registry on the bus and asks no agent, so it answers at once and for offline nodes too.
AGE is the age of the node's last report; a state marked with * may be out of date, since its node is not online.`,
    examples: [
      ["List every service of every node", "$0 list"],
      ["The same for a program", "$0 list --json"],
    ],
  });

  async run() {
    const bus = await this.bus();
    const services = summarise(await readFleet(bus, this.context.now()));
    if (this.json) this.out.document({ services } satisfies ListOutput);
    else if (services.length === 0) this.out.note(NO_SERVICES);
    else this.#show(services);
    if (bus.reportsOnly) this.out.note(REPORTS_ONLY);
    return undefined;
  }

  #show(services: readonly ServiceStatus[]): void {
    this.out.table(COLUMNS, services.map(row));
    if (services.some(({ stale, state }) => stale && state !== "pending"))
      this.out.note("* last report of a node that is not online, or has restarted");
  }
}

function row({ service, node, desired, state, stale, reportAgeMs }: ServiceStatus): Cell[] {
  return [
    service,
    node,
    activeText(desired),
    desired?.generation ?? "?",
    stale && state !== "pending" ? { text: `${state}*`, style: "dim" } : stateCell(state),
    reportAgeMs === undefined ? "-" : ageText(reportAgeMs),
  ];
}

function activeText(desired: ServiceStatus["desired"]): string {
  if (desired === undefined) return "?";
  if (desired.retired) return "retired";
  if (desired.stoppedHere !== undefined) return "not here";
  return desired.active ? "yes" : "no";
}
