/** Reads what a prune needs from each node: its images, and the stored generations of its services. */
import pLimit from "p-limit";
import type { OperatorBus } from "../../bus/ports/operator-bus.ts";
import type { NodeName } from "../../values/names.ts";
import { askNodes, type NodesAnswers } from "../ps/ask-nodes.ts";
import type { PruneFacts } from "./plan-prune.ts";

const HISTORIES_AT_ONCE = 16;

export interface PruneQuestion {
  readonly bus: OperatorBus;
  readonly only: NodeName | undefined;
  readonly idleMs: number;
  readonly signal: AbortSignal;
}

export type PruneView = Pick<NodesAnswers, "silent" | "failed"> & { readonly nodes: readonly PruneFacts[] };

/** @throws McpError E_NOT_FOUND for an unknown node; as the bus */
export async function readPruneFacts({ bus, only, idleMs, signal }: PruneQuestion): Promise<PruneView> {
  const asked = await askNodes(bus, { body: { verb: "images" }, only, idleMs, signal });
  const limit = pLimit(HISTORIES_AT_ONCE);
  const nodes = await Promise.all(
    asked.answered.map(async (node) => {
      const images = (asked.answers.get(node) ?? []).flatMap(({ body }) =>
        body?.verb === "images" ? body.images : [],
      );
      const stored = await bus.listDesired({ node });
      const histories = await Promise.all(
        stored.map(({ document: { service } }) => limit(() => bus.historyOf(node, service))),
      );
      return { node, images, histories: histories.map((history) => history.map(({ document }) => document)) };
    }),
  );
  return { nodes, silent: asked.silent, failed: asked.failed };
}
