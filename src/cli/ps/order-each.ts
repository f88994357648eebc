/** Sends nodes one request for each item: one after the other on a node, to all nodes at once. */
import type { OperatorBus } from "../../bus/ports/operator-bus.ts";
import type { NodeFailure } from "../../schemas/output/liveness-output.ts";
import type { RequestBody } from "../../schemas/wire/request.ts";
import { McpError, messageOf } from "../../values/error.ts";
import type { NodeName } from "../../values/names.ts";
import { replyError } from "../fleet/reply-error.ts";

export interface Orders<T> {
  readonly things: readonly T[];
  /** A request has failed when its node says nothing for this long. */
  readonly idleMs: number;
  order(thing: T): RequestBody;
  /** For messages. */
  nameOf(thing: T): string;
}

export interface Carried<T> {
  readonly done: readonly T[];
  readonly failed: readonly NodeFailure[];
}

export async function orderEach<T extends { readonly node: NodeName }>(
  bus: OperatorBus,
  orders: Orders<T>,
  signal: AbortSignal,
): Promise<Carried<T>> {
  const done: T[] = [];
  const failed: NodeFailure[] = [];
  const onNode = async (node: NodeName) => {
    for (const thing of orders.things.filter((one) => one.node === node)) {
      try {
        await giveOrder(bus, { node, body: orders.order(thing), idleMs: orders.idleMs, signal });
        done.push(thing);
      } catch (error) {
        signal.throwIfAborted();
        const code = error instanceof McpError ? error.code : "E_BUG";
        failed.push({ node, code, message: `${orders.nameOf(thing)}: ${messageOf(error)}` });
      }
    }
  };
  await Promise.all([...new Set(orders.things.map(({ node }) => node))].map(onNode));
  return { done, failed };
}

interface Order {
  readonly node: NodeName;
  readonly body: RequestBody;
  readonly idleMs: number;
  readonly signal: AbortSignal;
}

/** @throws McpError as the node says, E_NODE_UNREACHABLE when it says nothing */
async function giveOrder(bus: OperatorBus, { node, body, idleMs, signal }: Order): Promise<void> {
  for await (const { error, last } of bus.ask(body, { nodes: [node], idleMs, signal })) {
    if (error !== undefined) throw replyError(node, error);
    if (last) return;
  }
  throw new McpError("E_NODE_UNREACHABLE", "no answer: whether it was done is not known");
}
