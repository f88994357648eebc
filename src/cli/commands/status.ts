/** `mcp status [service]`: desired against observed, node by node, with what is pending, drifting, failed or stale. */
import { Option } from "clipanion";
import type { OperatorBus } from "../../bus/ports/operator-bus.ts";
import type { StatusOutput } from "../../schemas/output/status-output.ts";
import type { McpEvent } from "../../schemas/wire/event.ts";
import type { Cell } from "../../terminal/cell.ts";
import type { NodeName, Selector } from "../../values/names.ts";
import { present } from "../../values/present.ts";
import { type Format, formatOption, readFormat } from "../arguments/format.ts";
import { readTargetNode } from "../arguments/target-node.ts";
import { BaseCommand } from "../base/base-command.ts";
import { EXIT } from "../context/exit-codes.ts";
import { collect } from "../fleet/collect.ts";
import { readFleet, readNodes, requireNode } from "../fleet/fleet.ts";
import { readSelector, resolveSelector } from "../fleet/select.ts";
import { tableLines } from "../output/table.ts";
import { NO_SERVICES, REPORTS_ONLY } from "../output/words.ts";
import {
  absentLine,
  clockLines,
  closingLine,
  eventLine,
  hangingOf,
  STATUS_COLUMNS,
  statusDetails,
  statusRow,
  storeLines,
} from "../status/describe.ts";
import { readNodeLiveness } from "../status/node-liveness.ts";
import { type FleetView, summarize } from "../status/summarize.ts";
import { type Shown, watch, watchOption } from "../watch/watch-option.ts";

const EVENTS_SHOWN = 5;

export class StatusCommand extends BaseCommand {
  static override paths = [["status"]];
  static override usage = BaseCommand.describe({
    category: "Status and logs",
    description: "Show desired against observed state, drift, what is pending and recent events",
    details: `Without a service: a table of all, then details of those that are not as desired. With one: all about it.
The last line is "No drift." only when every service shown has converged, by a fresh report of a node that is online.`,
    examples: [
      ["Everything, at a glance", "$0 status"],
      ["All about one service", "$0 status web"],
      ["The services of one node", "$0 status --node rift"],
      ["Watch a rollout", "$0 status web --watch"],
      ["In a script: exit code 8 unless everything has converged", "$0 status --check --quiet"],
    ],
  });

  service = Option.String({ name: "service[@node]", required: false });
  node = Option.String("--node", { description: "show this node only" });
  watch = watchOption();
  output = formatOption();
  check = Option.Boolean("--check", false, { description: "exit with 8 unless everything shown has converged" });

  async run() {
    const format = readFormat(this);
    const bus = await this.bus();
    const { context, out, json } = this;
    const scope = this.#scope();
    if (this.watch) {
      await watch({ context, out, json, read: async () => shownOf(await this.#read(bus, scope), { format, scope }) });
      return undefined;
    }
    const view = await this.#read(bus, scope);
    const shown = shownOf(view, { format, scope });
    if (json) out.document(shown.document);
    else if (view.status.services.length === 0) out.note(NO_SERVICES);
    else {
      for (const line of shown.lines(out.width))
        format === "wide" ? out.print(...line) : out.hanging(hangingOf(line), ...line);
    }
    if (bus.reportsOnly) out.note(REPORTS_ONLY);
    return this.check && !view.status.converged ? EXIT.partlyFailed : EXIT.done;
  }

  /** @throws McpError E_USAGE */
  #scope(): Scope {
    const selector = this.service === undefined ? undefined : readSelector(this.service);
    return { selector, node: readTargetNode(this.node, selector) };
  }

  async #read(bus: OperatorBus, scope: Scope): Promise<View> {
    const { selector, node: only } = scope;
    const fleet = await readFleet(bus, this.context.now());
    const services = summarize(fleet).filter(({ service, node }) => matches(scope, service, node));
    if (services.length === 0 && selector !== undefined)
      await resolveSelector(bus, { ...selector, ...present({ node: only }) });
    const nodes = readNodeLiveness(
      fleet.presence,
      services.map(({ node }) => node),
      fleet.nowMs,
    );
    if (services.length === 0 && selector === undefined && only !== undefined) requireNode(only, await readNodes(bus));
    const concerned = new Set(services.map(({ node }) => node));
    const isConcerned = (node: NodeName) =>
      selector === undefined && only === undefined ? true : concerned.has(node) || node === only;
    const status = {
      converged: services.length > 0 && services.every(({ converged }) => converged),
      services,
      absent: nodes.filter(({ node, liveness }) => liveness !== "online" && isConcerned(node)),
      ...ignoredIn(fleet, scope),
      events: await this.#recentEvents(bus, scope),
    };
    return { status, nowMs: fleet.nowMs };
  }

  async #recentEvents(bus: OperatorBus, { selector, node }: Scope): Promise<McpEvent[]> {
    if (bus.reportsOnly) return []; // a viewer sees each event once, with `mcp events`
    const query = { last: EVENTS_SHOWN, follow: false, ...present({ service: selector?.service, node }) };
    return collect(bus.events(query, this.context.signal));
  }
}

/** What is asked for; all of it where nothing is named. */
interface Scope {
  readonly selector: Selector | undefined;
  readonly node: NodeName | undefined;
}

interface View {
  readonly status: StatusOutput;
  readonly nowMs: number;
}

function matches({ selector, node: only }: Scope, service: string, node: string): boolean {
  return (selector === undefined || service === selector.service) && (only === undefined || node === only);
}

/** In the JSON only: on a terminal each is a warning already. */
function ignoredIn({ junk = [] }: FleetView, scope: Scope): Pick<StatusOutput, "ignored"> {
  const ignored = junk
    .filter(({ service, node }) => matches(scope, service, node))
    .map(({ service, node, revision, reason, author }) => ({
      service,
      node,
      revision,
      reason,
      ...present({ author }),
    }));
  return ignored.length === 0 ? {} : { ignored };
}

function shownOf(view: View, { format, scope }: { readonly format: Format; readonly scope: Scope }): Shown {
  const closely = scope.selector !== undefined;
  return {
    document: view.status,
    lines: (width) =>
      format === "name"
        ? view.status.services.map(({ service, node }) => [`${service}@${node}`])
        : statusLines(view, { closely, width: format === "wide" ? undefined : width }),
  };
}

function statusLines(
  { status, nowMs }: View,
  { closely, width }: { readonly closely: boolean; readonly width: number | undefined },
): Cell[][] {
  const { services, absent, events } = status;
  const shown = services.filter(({ converged }) => closely || !converged);
  return [
    ...(closely ? [] : tableLines(STATUS_COLUMNS, services.map(statusRow), width)),
    ...shown.flatMap((one, index) => [...(!closely || index > 0 ? [[]] : []), ...statusDetails(one, nowMs)]),
    ...(closely ? [] : [[]]),
    ...events.map((event) => eventLine(event, nowMs)),
    ...absent.map(absentLine),
    ...clockLines(services),
    ...storeLines(services),
    closingLine(status),
  ];
}
