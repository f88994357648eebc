/** Has nodes remove containers that nobody wants, one by one on each node and the nodes side by side. */
import type { OperatorBus } from "../../bus/operator-bus.ts";
import { McpError, messageOf } from "../../schemas/error.ts";
import type { NodeFailure } from "../../schemas/json-output.ts";
import type { PurgedContainer } from "../../schemas/json-purge-output.ts";
import type { NodeName } from "../../schemas/names.ts";
import { replyError } from "../reply-error.ts";

/** Stopping takes ten seconds at most, and other work on the node may come first. */
const IDLE_MS = 60_000;

export interface Removed {
  readonly containers: readonly PurgedContainer[];
  readonly failed: readonly NodeFailure[];
}

export async function removeOrphans(
  bus: OperatorBus,
  containers: readonly PurgedContainer[],
  signal: AbortSignal,
): Promise<Removed> {
  const nodes = [...new Set(containers.map(({ node }) => node))];
  const removed: PurgedContainer[] = [];
  const failed: NodeFailure[] = [];
  await Promise.all(
    nodes.map(async (node) => {
      for (const container of containers.filter((one) => one.node === node)) {
        try {
          await removeOne(bus, container, signal);
          removed.push(container);
        } catch (error) {
          signal.throwIfAborted();
          const code = error instanceof McpError ? error.code : "E_BUG";
          failed.push({ node, code, message: `${container.name}: ${messageOf(error)}` });
        }
      }
    }),
  );
  return { containers: removed, failed };
}

/** @throws McpError as the node says, E_NODE_UNREACHABLE when it says nothing */
async function removeOne(bus: OperatorBus, { node, id, state }: PurgedContainer, signal: AbortSignal): Promise<void> {
  const options = { nodes: [node], idleMs: IDLE_MS, signal };
  for await (const { error, last } of bus.ask({ verb: "remove-orphan", containerId: id, state }, options)) {
    if (error !== undefined) throw replyError(node as NodeName, error);
    if (last) return;
  }
  throw new McpError("E_NODE_UNREACHABLE", "no answer: it may have been removed, or not");
}
