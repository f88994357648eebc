/** `mcp status [service]`: desired against observed, node by node, with what is pending, drifting, failed or stale. */
import { Option } from "clipanion";
import type { OperatorBus } from "../../bus/ports/operator-bus.ts";
import type { StatusOutput } from "../../schemas/output/json-output.ts";
import type { McpEvent } from "../../schemas/wire/event.ts";
import type { Selector } from "../../values/names.ts";
import { BaseCommand } from "../base/base-command.ts";
import { EXIT } from "../context/exit-codes.ts";
import { collect } from "../fleet/collect.ts";
import { readFleet } from "../fleet/fleet.ts";
import { readSelector, resolveSelector } from "../fleet/select.ts";
import { NO_SERVICES, REPORTS_ONLY } from "../output/words.ts";
import { absentLine, closingLine, eventLine, STATUS_COLUMNS, statusDetails, statusRow } from "../status/describe.ts";
import { readNodeLiveness } from "../status/node-liveness.ts";
import { type FleetView, summarise } from "../status/summarise.ts";

const EVENTS_SHOWN = 5;

export class StatusCommand extends BaseCommand {
  static override paths = [["status"]];
  static override usage = BaseCommand.describe({
    category: "Looking",
    description: "Show desired against observed state, drift, what is pending and recent events",
    details: `Without a service: a table of all, then details of those that are not as desired. With one: all about it.
The last line is "No drift." only when every service shown has converged, by a fresh report of a node that is online.`,
    examples: [
      ["Everything, at a glance", "$0 status"],
      ["All about one service", "$0 status web"],
      ["In a script: exit code 8 unless everything has converged", "$0 status --check --quiet"],
    ],
  });

  service = Option.String({ name: "service[@node]", required: false });
  check = Option.Boolean("--check", false, { description: "exit with 8 unless everything shown has converged" });

  async run() {
    const bus = await this.bus();
    const selector = this.service === undefined ? undefined : readSelector(this.service);
    const fleet = await readFleet(bus, this.context.now());
    const status = await this.#read(bus, fleet, selector);
    if (this.json) this.out.document(status);
    else if (status.services.length === 0) this.out.note(NO_SERVICES);
    else this.#show(status, fleet.nowMs, selector !== undefined);
    if (bus.reportsOnly) this.out.note(REPORTS_ONLY);
    return this.check && !status.converged ? EXIT.partlyFailed : EXIT.done;
  }

  async #read(bus: OperatorBus, fleet: FleetView, selector: Selector | undefined): Promise<StatusOutput> {
    const services = summarise(fleet).filter(({ service, node }) => matches(selector, service, node));
    if (services.length === 0 && selector !== undefined) await resolveSelector(bus, selector);
    const nodes = readNodeLiveness(
      fleet.presence,
      services.map(({ node }) => node),
    );
    const concerned = new Set(services.map(({ node }) => node));
    return {
      converged: services.length > 0 && services.every(({ converged }) => converged),
      services,
      absent: nodes.filter(
        ({ node, liveness }) => liveness !== "online" && (selector === undefined || concerned.has(node)),
      ),
      events: await this.#recentEvents(bus, selector),
    };
  }

  async #recentEvents(bus: OperatorBus, selector: Selector | undefined): Promise<McpEvent[]> {
    if (bus.reportsOnly) return []; // a viewer sees each event once, with `mcp events`
    const query = {
      last: EVENTS_SHOWN,
      follow: false,
      ...(selector === undefined ? {} : { service: selector.service }),
      ...(selector?.node === undefined ? {} : { node: selector.node }),
    };
    return collect(bus.events(query, this.context.signal));
  }

  #show(status: StatusOutput, nowMs: number, closely: boolean): void {
    const { services, absent, events } = status;
    if (!closely) this.out.table(STATUS_COLUMNS, services.map(statusRow));
    const shown = services.filter(({ converged }) => closely || !converged);
    for (const [index, one] of shown.entries()) {
      if (!closely || index > 0) this.out.print();
      for (const line of statusDetails(one, nowMs)) this.out.print(...line);
    }
    if (!closely) this.out.print();
    for (const event of events) this.out.print(...eventLine(event, nowMs));
    for (const sighting of absent) this.out.print(...absentLine(sighting));
    this.out.print(...closingLine(status));
  }
}

function matches(selector: Selector | undefined, service: string, node: string): boolean {
  if (selector === undefined) return true;
  return service === selector.service && (selector.node === undefined || node === selector.node);
}
