/** `mcp logs`: what a service's containers print, on all its nodes, in one stream by time. Nodes send it only while somebody reads. */
import { Option } from "clipanion";
import type { OperatorBus, StoredDesired } from "../../bus/ports/operator-bus.ts";
import type { LogsOutput } from "../../schemas/output/stream-output.ts";
import { isTombstone } from "../../schemas/service/desired.ts";
import { LOG_LINES_MAX, type LogsQuery, REQUEST_LEASE_MS } from "../../schemas/wire/request.ts";
import { McpError } from "../../values/error.ts";
import type { NodeName, Selector } from "../../values/names.ts";
import { present } from "../../values/present.ts";
import { readCount, readPattern, readSince, readWait } from "../arguments/arguments.ts";
import { BaseCommand } from "../base/base-command.ts";
import { EXIT } from "../context/exit-codes.ts";
import { readSelector, resolveSelector } from "../fleet/select.ts";
import { type LogSource, logPrinter } from "../logs/log-printer.ts";
import { type LogOutcome, printReplies } from "../logs/print-replies.ts";
import { livenessOf } from "../status/node-liveness.ts";
import { livenessText } from "../status/reason.ts";

const DEFAULT_LINES = 100;
const DEFAULT_TIMEOUT = "3s";
/** A node may still have containers of so many components that the desired state no longer names. */
const REMOVED_COMPONENTS = 16;
/** A follower renews its request, and live nodes answer each renewal, however quiet their containers are. */
const FOLLOW_IDLE_MS = 2 * REQUEST_LEASE_MS;

export class LogsCommand extends BaseCommand {
  static override paths = [["logs"]];
  static override usage = BaseCommand.describe({
    category: "Status and logs",
    description: "Show what the containers of a service print",
    details: `Lines of several components and nodes are merged by time. Shows the last ${DEFAULT_LINES} lines of each container, or all
since a time. A node that does not answer is named on stderr, and the exit code is 8.

--grep takes a JavaScript regular expression. Without -n and --since it searches the last ${LOG_LINES_MAX} lines of each container.`,
    examples: [
      ["Follow a whole service", "$0 logs -f web"],
      ["Show one component on one node since an hour ago, with times", "$0 logs web/api@rift --since 1h -t"],
      ["Show the lines that mention an error", "$0 logs web --grep 'error|fatal'"],
      ["Print the last 20 lines of each container as JSON lines", "$0 logs web -n 20 --json"],
    ],
  });

  service = Option.String({ name: "service[/component][@node]" });
  follow = Option.Boolean("-f,--follow", false, { description: "also show new lines, until Ctrl-C" });
  lines = Option.String("-n,--lines", {
    description: `take only the last lines of each container, this many (default ${DEFAULT_LINES} without --since, at most ${LOG_LINES_MAX})`,
  });
  since = Option.String("--since", {
    description: "take only lines since then: a duration (`1h`) or an ISO 8601 time",
  });
  grep = Option.String("--grep", { description: "show only lines that match this regular expression" });
  timestamps = Option.Boolean("-t,--timestamps", false, { description: "show the time of each line" });
  timeout = Option.String("--timeout", DEFAULT_TIMEOUT, {
    description: `stop waiting for silent nodes when no node has answered for this long (default ${DEFAULT_TIMEOUT})`,
  });

  async run() {
    const selector = readSelector(this.service);
    const pattern = this.grep === undefined ? undefined : readPattern("--grep", this.grep);
    const query = this.#query(selector);
    const idleMs = readWait("--timeout", this.timeout);
    await this.requireRight({ verb: "logs", service: selector.service, ...present({ node: selector.node }) });
    const bus = await this.bus();
    const documents = await resolveSelector(bus, selector);
    const nodes = documents.map(({ document }) => document.node);
    if (this.follow) await this.#warnOfAbsent(bus, nodes);
    const { signal } = this.context;
    const replies = bus.ask(query, { nodes, idleMs: this.follow ? FOLLOW_IDLE_MS : idleMs, signal });
    const sources = sourcesOf(documents, selector);
    const cells = logPrinter({ sources, times: this.timestamps ? this : undefined });
    const print = (line: LogsOutput) => (this.json ? this.out.record(line) : this.out.print(...cells(line)));
    const outcomes = await printReplies({
      replies,
      service: selector.service,
      follow: this.follow,
      single: sources.length === 1,
      most: query.tail === undefined ? undefined : query.tail * (sources.length + REMOVED_COMPONENTS),
      now: this.context.now,
      print: (line) => (pattern === undefined || pattern.test(line.line) ? print(line) : undefined),
      drained: this.out.drained,
    });
    return this.#verdict(bus, nodes, outcomes);
  }

  #query({ service, component }: Selector): LogsQuery {
    const usual = this.grep === undefined ? DEFAULT_LINES : LOG_LINES_MAX;
    const tail = this.lines ?? (this.since === undefined ? String(usual) : undefined);
    return {
      verb: "logs",
      service,
      follow: this.follow,
      ...(component === undefined ? {} : { component }),
      ...(tail === undefined ? {} : { tail: readCount("--lines", tail, LOG_LINES_MAX) }),
      ...(this.since === undefined ? {} : { sinceMs: readSince("--since", this.since, this.context.now()) }),
    };
  }

  async #warnOfAbsent(bus: OperatorBus, nodes: readonly NodeName[]): Promise<void> {
    for (const node of nodes) {
      const liveness = livenessOf(node, await bus.readPresence(node));
      if (liveness.liveness !== "online") this.out.warn(livenessText(liveness));
    }
  }

  /** Names every node whose lines are missing or cut off. @throws McpError when the only node fails */
  async #verdict(bus: OperatorBus, nodes: readonly NodeName[], outcomes: ReadonlyMap<NodeName, LogOutcome>) {
    const problems: McpError[] = [];
    for (const node of nodes) {
      const outcome = outcomes.get(node);
      if (outcome === "complete" || this.context.signal.aborted) continue;
      problems.push(typeof outcome === "object" ? outcome : await incomplete(bus, node, outcome));
    }
    const [first] = problems;
    if (first !== undefined && nodes.length === 1) throw first;
    for (const { message } of problems) this.out.warn(message);
    return problems.length === 0 ? EXIT.done : EXIT.partlyFailed;
  }
}

async function incomplete(bus: OperatorBus, node: NodeName, outcome: "cut-off" | undefined): Promise<McpError> {
  const where = livenessText(livenessOf(node, await bus.readPresence(node)));
  const what = outcome === undefined ? "no answer" : "it stopped answering; lines may be missing";
  return new McpError("E_NODE_UNREACHABLE", `${what}: ${where}`);
}

function sourcesOf(documents: readonly StoredDesired[], { component }: Selector): LogSource[] {
  return documents.flatMap(({ document }) =>
    isTombstone(document)
      ? []
      : document.spec.components
          .filter(({ name }) => component === undefined || name === component)
          .map(({ name }) => ({ node: document.node, component: name })),
  );
}
