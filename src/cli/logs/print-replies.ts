/** Turns the answers of nodes to a logs request into lines in order of time, as they arrive. */

import type { LogsOutput } from "../../schemas/output/stream-output.ts";
import type { AgentReply } from "../../schemas/wire/request.ts";
import { McpError } from "../../values/error.ts";
import type { NodeName, ServiceName } from "../../values/names.ts";
import { replyError } from "../fleet/reply-error.ts";
import { TimeMerge } from "./merge-by-time.ts";

/** Lines wait this long for lines with earlier times; lines of a single container do not wait. */
const HOLD_MS = 250;

/** Lines that wait for lines of other containers are in memory; a node must not be able to fill it. */
const MAX_CHARACTERS = 128 * 1024 * 1024;

export interface LogPrinting {
  readonly replies: AsyncIterable<AgentReply>;
  readonly service: ServiceName;
  /** Print lines as they arrive, not all at the end. */
  readonly follow: boolean;
  /** One container only: its order is the order of arrival. */
  readonly single: boolean;
  /** The most lines that a node may send; undefined: as many as it has. */
  readonly most: number | undefined;
  now(): number;
  print(line: LogsOutput): void;
  /** Resolves when more can be printed. */
  drained(): Promise<void>;
}

/** How the answer of a node ended: complete, cut off, or with an error. */
export type LogOutcome = "complete" | "cut-off" | McpError;

/**
 * A node that is missing from the result never answered.
 * @throws McpError as `OperatorBus.ask`; E_INVALID_MESSAGE when a node sends more than was asked for, E_UNSUPPORTED when the lines do
 * not fit into memory
 */
export async function printReplies(printing: LogPrinting): Promise<Map<NodeName, LogOutcome>> {
  const { replies, service, follow, single, now, drained } = printing;
  const merge = new TimeMerge();
  const outcomes = new Map<NodeName, LogOutcome>();
  const bound = new LogBound(printing);
  const release = (arrivedMs: number) => merge.take(arrivedMs).forEach((line) => void printing.print(line));
  const ticker = follow && !single ? setInterval(() => release(now() - HOLD_MS), HOLD_MS / 2) : undefined;
  try {
    for await (const reply of replies) {
      outcomes.set(reply.node, outcomeOf(reply, outcomes.get(reply.node)));
      const lines = linesOf(reply, service);
      bound.add(reply.node, lines);
      for (const line of lines) merge.push(line, now());
      if (single) release(Number.POSITIVE_INFINITY);
      await drained();
    }
  } finally {
    clearInterval(ticker);
    release(Number.POSITIVE_INFINITY);
  }
  return outcomes;
}

/** Counts what nodes send to a reader that is not a follower. */
class LogBound {
  readonly #printing: Pick<LogPrinting, "follow" | "single" | "most">;
  readonly #lines = new Map<NodeName, number>();
  #characters = 0;

  constructor(printing: Pick<LogPrinting, "follow" | "single" | "most">) {
    this.#printing = printing;
  }

  add(node: NodeName, lines: readonly LogsOutput[]): void {
    const { follow, single, most = Number.POSITIVE_INFINITY } = this.#printing;
    if (follow) return;
    const count = (this.#lines.get(node) ?? 0) + lines.length;
    this.#lines.set(node, count);
    if (count > most) throw new McpError("E_INVALID_MESSAGE", `${node} sends more lines than were asked for`);
    if (single) return; // its lines are printed as they arrive
    this.#characters += lines.reduce((sum, { line }) => sum + line.length, 0);
    if (this.#characters <= MAX_CHARACTERS) return;
    throw new McpError("E_UNSUPPORTED", "the lines of all containers together are too long to be merged by time", {
      hint: "name one component and one node, or ask for fewer lines with `-n` or `--since`",
    });
  }
}

function outcomeOf({ node, error, last }: AgentReply, before: LogOutcome | undefined): LogOutcome {
  if (error !== undefined) return replyError(node, error);
  if (typeof before === "object") return before;
  return last ? "complete" : "cut-off";
}

function linesOf({ node, body }: AgentReply, service: ServiceName): LogsOutput[] {
  return body?.verb === "logs" ? body.lines.map((line) => ({ ...line, node, service })) : [];
}
