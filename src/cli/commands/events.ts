/** `mcp events`: shows what the event stream holds, and follows it. */
import { Option } from "clipanion";
import type { EventQuery } from "../../bus/ports/operator-bus.ts";
import type { EventsOutput } from "../../schemas/output/stream-output.ts";
import { EVENT_KINDS, type EventKind, type McpEvent, type Severity } from "../../schemas/wire/event.ts";
import { NONE } from "../../schemas/wire/subjects.ts";
import { type Cell, styled } from "../../terminal/cell.ts";
import { McpError } from "../../values/error.ts";
import { present } from "../../values/present.ts";
import { readCount, readSince, readWord } from "../arguments/arguments.ts";
import { type Format, formatOption, readFormat } from "../arguments/format.ts";
import { requireWholeService } from "../arguments/require-whole-service.ts";
import { readTargetNode } from "../arguments/target-node.ts";
import { BaseCommand } from "../base/base-command.ts";
import { readSelector } from "../fleet/select.ts";
import { eventText } from "../output/event-text.ts";
import { type TimeStyle, timeText } from "../output/time.ts";
import { severityCell } from "../output/words.ts";

const SEVERITIES = ["info", "warning", "error"] as const satisfies readonly Severity[];
const KINDS = Object.keys(EVENT_KINDS) as EventKind[];

/** Shown when neither a number nor a time is asked for. */
const DEFAULT_LAST = 50;

export class EventsCommand extends BaseCommand {
  static override paths = [["events"]];
  static override usage = BaseCommand.describe({
    category: "Status and logs",
    description: "Show events of the fleet, and follow them",
    details: `Shows the last ${DEFAULT_LAST} events that match, or all since a time. With --json each line is one event.

Kinds: ${KINDS.join(", ")}.`,
    examples: [
      ["Show what happened lately, and what happens now", "$0 events -f"],
      ["Show what happened to one service", "$0 events web"],
      ["Show errors of one node in the last day", "$0 events --node rift --severity error --since 24h"],
      ["Follow drift as JSON lines", "$0 events -f --kind drift-opened --json"],
    ],
  });

  target = Option.String({ name: "service[@node]", required: false });
  follow = Option.Boolean("-f,--follow", false, { description: "also show new events, until Ctrl-C" });
  node = Option.String("--node", { description: "show events of this node only (`_`: what operators did)" });
  service = Option.String("--service", { description: "show events of this service only" });
  kind = Option.String("--kind", { description: "show events of this kind only" });
  severity = Option.String("--severity", {
    description: `show events of this severity only: ${SEVERITIES.join(", ")}`,
  });
  since = Option.String("--since", {
    description: "show events since then: a duration (`1h`) or an ISO 8601 time",
  });
  last = Option.String("-n,--lines", {
    description: `show only the last events, this many (default ${DEFAULT_LAST} without --since)`,
  });
  output = formatOption();

  async run() {
    const format = readFormat(this);
    const query = this.#query();
    const bus = await this.bus();
    let count = 0;
    for await (const event of bus.events(query, this.context.signal)) {
      this.#show(event, format);
      await this.out.drained();
      count += 1;
    }
    if (count === 0 && !this.follow) this.out.note("no event matches");
    return undefined;
  }

  #show(event: McpEvent, format: Format): void {
    if (format === "json") this.out.record(event satisfies EventsOutput);
    else if (format === "name") this.out.print(event.id);
    else if (format === "wide") this.out.print(...eventCells(event, this));
    else this.out.text(...eventCells(event, this));
  }

  #query(): EventQuery {
    const last = this.last ?? (this.since === undefined ? String(DEFAULT_LAST) : undefined);
    const { service, node } = this.#target();
    return {
      follow: this.follow,
      ...present({ service, node }),
      ...(this.kind === undefined ? {} : { kind: readWord("--kind", this.kind, KINDS) }),
      ...(this.severity === undefined ? {} : { severity: readWord("--severity", this.severity, SEVERITIES) }),
      ...(this.since === undefined ? {} : { sinceMs: readSince("--since", this.since, this.context.now()) }),
      ...(last === undefined ? {} : { last: readCount("--lines", last) }),
    };
  }

  /** The service and the node, each from the argument or from its option. @throws McpError E_USAGE */
  #target(): { readonly service: string | undefined; readonly node: string | undefined } {
    const selector = this.target === undefined ? undefined : readSelector(this.target);
    if (selector !== undefined) requireWholeService(selector, "events");
    const named = this.service === undefined ? undefined : readSelector(this.service).service;
    if (selector !== undefined && named !== undefined && named !== selector.service)
      throw new McpError("E_USAGE", `--service ${named} contradicts ${selector.service}`, {
        hint: "name the service once",
      });
    const node = this.node === NONE && selector?.node === undefined ? NONE : readTargetNode(this.node, selector);
    return { service: selector?.service ?? named, node };
  }
}

function eventCells(event: McpEvent, times: TimeStyle): Cell[] {
  const { at, node, severity, kind } = event;
  const who = node === NONE ? "operator" : node;
  const time = styled("dim", timeText(at, times));
  return [time, "  ", severityCell(severity), "  ", styled("cyan", who), `  ${kind}  `, eventText(event)];
}
