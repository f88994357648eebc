/** `mcp events`: replays the event stream, and follows it. */
import { Option } from "clipanion";
import type { EventQuery } from "../../bus/ports/operator-bus.ts";
import type { EventsOutput } from "../../schemas/output/json-output.ts";
import { EVENT_KINDS, type EventKind, type McpEvent, type Severity } from "../../schemas/wire/event.ts";
import { NONE } from "../../schemas/wire/subjects.ts";
import { readCount, readNodeName, readSince, readWord } from "../arguments/arguments.ts";
import { BaseCommand } from "../base/base-command.ts";
import { readSelector } from "../fleet/select.ts";
import { type Cell, styled } from "../output/cell.ts";
import { severityCell } from "../output/words.ts";

const SEVERITIES = ["info", "warning", "error"] as const satisfies readonly Severity[];
const KINDS = Object.keys(EVENT_KINDS) as EventKind[];

/** Shown when neither a number nor a time is asked for. */
const DEFAULT_LAST = 50;

export class EventsCommand extends BaseCommand {
  static override paths = [["events"]];
  static override usage = BaseCommand.describe({
    category: "Looking",
    description: "Replay the fleet's events, and follow them",
    details: `Shows the last ${DEFAULT_LAST} events that match, or those since a time. With --json one event a line, as on the stream.
Kinds: ${KINDS.join(", ")}.`,
    examples: [
      ["What happened lately, and what happens now", "$0 events -f"],
      ["What went wrong on one node in the last day", "$0 events --node rift --severity error --since 24h"],
      ["Follow drift as JSON lines", "$0 events -f --kind drift-opened --json"],
    ],
  });

  follow = Option.Boolean("-f,--follow", false, { description: "go on with new events until Ctrl-C" });
  node = Option.String("--node", { description: "only of this node (`_`: what operators did)" });
  service = Option.String("--service", { description: "only of this service" });
  kind = Option.String("--kind", { description: "only of this kind" });
  severity = Option.String("--severity", { description: `only of this severity: ${SEVERITIES.join(", ")}` });
  since = Option.String("--since", { description: "only since then: a duration (`1h`) or an ISO 8601 time" });
  last = Option.String("-n,--lines", {
    description: `only the last this many (default ${DEFAULT_LAST} without --since)`,
  });

  async run() {
    const query = this.#query();
    const bus = await this.bus();
    for await (const event of bus.events(query, this.context.signal)) {
      if (this.json) this.out.record(event satisfies EventsOutput);
      else this.out.print(...eventCells(event));
      await this.out.drained();
    }
    return undefined;
  }

  #query(): EventQuery {
    const last = this.last ?? (this.since === undefined ? String(DEFAULT_LAST) : undefined);
    return {
      follow: this.follow,
      ...(this.node === undefined ? {} : { node: this.node === NONE ? NONE : readNodeName("--node", this.node) }),
      ...(this.service === undefined ? {} : { service: readSelector(this.service).service }),
      ...(this.kind === undefined ? {} : { kind: readWord("--kind", this.kind, KINDS) }),
      ...(this.severity === undefined ? {} : { severity: readWord("--severity", this.severity, SEVERITIES) }),
      ...(this.since === undefined ? {} : { sinceMs: readSince("--since", this.since, this.context.now()) }),
      ...(last === undefined ? {} : { last: readCount("--lines", last) }),
    };
  }
}

function eventCells({ at, node, severity, kind, service, component, message }: McpEvent): Cell[] {
  const place = service === undefined ? "" : `${service}${component === undefined ? "" : `/${component}`} `;
  const who = node === NONE ? "operator" : node;
  return [styled("dim", at), "  ", severityCell(severity), "  ", styled("cyan", who), `  ${kind}  ${place}`, message];
}
