/** Builds the output of `mcp sync`: counts by node, and every item that changed or is pending. Pure. */

import type { NodeLiveness } from "../../schemas/output/liveness-output.ts";
import type {
  BrokenDefinition,
  SyncCounts,
  SyncNode,
  SyncOutput,
  SyncResult,
} from "../../schemas/output/sync-output.ts";
import { isTombstone } from "../../schemas/service/desired.ts";
import { serviceKey } from "../../schemas/wire/buckets.ts";
import type { NodeName } from "../../values/names.ts";
import { livenessOf } from "../status/node-liveness.ts";
import type { SyncItem } from "./plan-sync.ts";
import type { SyncView } from "./sync-view.ts";

const NONE: SyncCounts = { created: 0, updated: 0, unchanged: 0, conflict: 0, retired: 0, refused: 0, pending: 0 };

type Summary = Pick<SyncOutput, "nodes" | "total" | "results" | "broken" | "others">;

export function summarizeSync(view: SyncView, items: readonly SyncItem[], only: NodeName | undefined): Summary {
  const nodes = new Map<NodeName, SyncNode>();
  let total = NONE;
  const results: SyncResult[] = [];
  for (const item of items) {
    const { node } = item.snapshot;
    const nodeLiveness = livenessOnNode(view, node);
    const pending = isPending(item, nodeLiveness);
    nodes.set(node, { ...counted(nodes.get(node) ?? NONE, item, pending), ...nodeLiveness });
    total = counted(total, item, pending);
    if (item.outcome !== "unchanged" || pending) results.push(resultOf(item, pending));
  }
  const byName = [...nodes.values()].sort((a, b) => (a.node < b.node ? -1 : 1));
  return { nodes: byName, total, results, broken: brokenFiles(view), others: othersOf(view, only) };
}

function livenessOnNode({ nodes }: SyncView, node: NodeName): NodeLiveness {
  return nodes.get(node) ?? livenessOf(node, undefined);
}

/** True if the node is not online and has not accepted the newest state. */
function isPending({ change, snapshot: { stored, accepted } }: SyncItem, { liveness }: NodeLiveness): boolean {
  if (liveness === "online") return false;
  const generation = change?.document?.generation ?? stored?.document.generation ?? 0;
  return generation > (accepted?.generation ?? 0);
}

function counted(counts: SyncCounts, { outcome }: SyncItem, pending: boolean): SyncCounts {
  return { ...counts, [outcome]: counts[outcome] + 1, pending: counts.pending + (pending ? 1 : 0) };
}

function resultOf({ snapshot, outcome, differences, change, error }: SyncItem, pending: boolean): SyncResult {
  const { service, node, stored } = snapshot;
  const generation = change?.document?.generation ?? stored?.document.generation ?? 0;
  const facts = { service, node, outcome, generation, differences, pending };
  if (error === undefined) return facts;
  const { code, message, hint, details } = error;
  return { ...facts, error: { code, message, hint, ...(details === undefined ? {} : { details }) } };
}

function brokenFiles({ broken }: SyncView): BrokenDefinition[] {
  return broken.map(({ path, name, error: { code, message } }) => ({ path, service: name, code, message }));
}

/** Services on the bus without a definition here. A broken definition counts as one. */
function othersOf({ bucket, definitions, broken }: SyncView, only: NodeName | undefined): SyncOutput["others"] {
  const defined = new Set(definitions.flatMap(({ nodes, spec }) => nodes.map((node) => serviceKey(node, spec.name))));
  const brokenNames = new Set(broken.map(({ name }) => name));
  return bucket.documents.flatMap(({ document }) => {
    const { service, node } = document;
    if (isTombstone(document) || brokenNames.has(service) || defined.has(serviceKey(node, service))) return [];
    return only === undefined || only === node ? [{ service, node }] : [];
  });
}
