/** Which nodes answered and which did not: the last line of `ps` and `top`. */

import type { NodeLiveness } from "../../schemas/output/liveness-output.ts";
import { type Cell, styled } from "../../terminal/cell.ts";
import { McpError } from "../../values/error.ts";
import { replyError } from "../fleet/reply-error.ts";
import { ageText } from "../output/age.ts";
import { livenessText } from "../status/reason.ts";
import type { NodesAnswers } from "./ask-nodes.ts";

type Outcome = Pick<NodesAnswers, "answered" | "silent" | "failed">;

/** `2 nodes answered, 1 silent: orion (last seen 3h ago)` */
export function answeredLine({ answered, silent, failed }: Outcome): Cell[] {
  const count = answered.length + failed.length;
  const names = silent.map(seenText).join(", ");
  const line = `${count} ${count === 1 ? "node" : "nodes"} answered, ${silent.length} silent`;
  return silent.length === 0 ? [line] : [`${line}: `, styled("yellow", names)];
}

/** A named node that stays silent is a failure, not an empty table. @throws McpError E_NODE_UNREACHABLE, or the node's own */
export function refuseSilence({ silent, failed }: Outcome): void {
  const [missing] = silent;
  if (missing !== undefined) throw new McpError("E_NODE_UNREACHABLE", `no answer: ${livenessText(missing)}`);
  const [first] = failed;
  if (first !== undefined) throw replyError(first.node, first);
}

function seenText({ node, lastSeenMs }: NodeLiveness): string {
  return lastSeenMs === undefined ? `${node} (never seen)` : `${node} (last seen ${ageText(lastSeenMs)} ago)`;
}
