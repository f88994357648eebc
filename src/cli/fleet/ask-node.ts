/** Asks one node a question that has a single answer. */
import type { OperatorBus } from "../../bus/ports/operator-bus.ts";
import type { ReplyBody, RequestBody } from "../../schemas/wire/request.ts";
import { McpError } from "../../values/error.ts";
import type { NodeName } from "../../values/names.ts";
import { askFleet } from "./ask-fleet.ts";
import { replyError } from "./reply-error.ts";

export interface NodeQuestion {
  readonly bus: OperatorBus;
  readonly node: NodeName;
  /** How long to wait for the answer. */
  readonly idleMs: number;
  readonly signal: AbortSignal;
}

type Answer<V extends ReplyBody["verb"]> = Extract<ReplyBody, { verb: V }>;

/** @throws McpError the node's own error, E_NODE_FAILED when it does not answer in time, and as the bus */
export async function askNode<V extends ReplyBody["verb"]>(
  { bus, node, idleMs, signal }: NodeQuestion,
  body: RequestBody & { readonly verb: V },
): Promise<Answer<V>> {
  const question = { body, nodes: [node], expectedNodes: { expected: [node], othersToo: false }, idleMs, signal };
  const last = (await askFleet(bus, question)).get(node)?.at(-1);
  if (last?.error !== undefined) throw replyError(node, last.error);
  if (isAnswer<V>(last?.body, body.verb)) return last.body;
  throw new McpError("E_NODE_FAILED", `${node} does not answer`);
}

function isAnswer<V extends ReplyBody["verb"]>(body: ReplyBody | undefined, verb: V): body is Answer<V> {
  return body?.verb === verb;
}
