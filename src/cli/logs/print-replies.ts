/** Turns the answers of nodes to a logs request into lines in order of time, as they arrive. */

import type { LogsOutput } from "../../schemas/output/stream-output.ts";
import type { AgentReply } from "../../schemas/wire/request.ts";
import type { McpError } from "../../values/error.ts";
import type { NodeName, ServiceName } from "../../values/names.ts";
import { replyError } from "../fleet/reply-error.ts";
import { TimeMerge } from "./merge-by-time.ts";

/** Lines wait this long for lines with earlier times; lines of a single container do not wait. */
const HOLD_MS = 250;

export interface LogPrinting {
  readonly replies: AsyncIterable<AgentReply>;
  readonly service: ServiceName;
  /** Print lines as they arrive, not all at the end. */
  readonly follow: boolean;
  /** One container only: its order is the order of arrival. */
  readonly single: boolean;
  now(): number;
  print(line: LogsOutput): void;
  /** Resolves when more can be printed. */
  drained(): Promise<void>;
}

/** How the answer of a node ended: complete, cut off, or with an error. */
export type LogOutcome = "complete" | "cut-off" | McpError;

/** A node that is missing from the result never answered. @throws McpError as `OperatorBus.ask` */
export async function printReplies(printing: LogPrinting): Promise<Map<NodeName, LogOutcome>> {
  const { replies, service, follow, single, now, drained } = printing;
  const merge = new TimeMerge();
  const outcomes = new Map<NodeName, LogOutcome>();
  const release = (arrivedMs: number) => merge.take(arrivedMs).forEach((line) => void printing.print(line));
  const ticker = follow && !single ? setInterval(() => release(now() - HOLD_MS), HOLD_MS / 2) : undefined;
  try {
    for await (const reply of replies) {
      outcomes.set(reply.node, outcomeOf(reply, outcomes.get(reply.node)));
      for (const line of linesOf(reply, service)) merge.push(line, now());
      if (single) release(Number.POSITIVE_INFINITY);
      await drained();
    }
  } finally {
    clearInterval(ticker);
    release(Number.POSITIVE_INFINITY);
  }
  return outcomes;
}

function outcomeOf({ node, error, last }: AgentReply, before: LogOutcome | undefined): LogOutcome {
  if (error !== undefined) return replyError(node, error);
  if (typeof before === "object") return before;
  return last ? "complete" : "cut-off";
}

function linesOf({ node, body }: AgentReply, service: ServiceName): LogsOutput[] {
  return body?.verb === "logs" ? body.lines.map((line) => ({ ...line, node, service })) : [];
}
