/** The nodes that a sync changes, with all services that they have after it. Pure. */
import { specOf } from "../../schemas/service/desired.ts";
import type { ServiceSpec } from "../../schemas/service/spec.ts";
import type { NodeName, ServiceName } from "../../values/names.ts";
import { type SharingService, sharedNames } from "../fleet/shared-names.ts";
import type { SyncItem } from "./plan-sync.ts";
import type { SyncView } from "./sync-view.ts";

export interface ChangedNode {
  readonly node: NodeName;
  /** The items with a change. */
  readonly wanted: ReadonlyMap<ServiceName, SyncItem>;
  /** Specs of the services that the sync does not change. */
  readonly others: readonly ServiceSpec[];
}

export function changedNodes(view: SyncView, items: readonly SyncItem[]): ChangedNode[] {
  const nodes = new Map<NodeName, { readonly wanted: Map<ServiceName, SyncItem>; readonly others: ServiceSpec[] }>();
  for (const item of items.filter(({ change }) => change !== undefined)) {
    const { node, service } = item.snapshot;
    const known = nodes.get(node) ?? { wanted: new Map(), others: [] };
    known.wanted.set(service, item);
    nodes.set(node, known);
  }
  for (const stored of view.bucket.documents) {
    const { node, service } = stored.document;
    const spec = specOf(stored);
    if (spec !== undefined && nodes.get(node)?.wanted.has(service) === false) nodes.get(node)?.others.push(spec);
  }
  return [...nodes].map(([node, one]) => ({ node, ...one }));
}

/** The changed services that share a network with another service of their node. */
export function sharingServices(view: SyncView, items: readonly SyncItem[]): SharingService[] {
  return changedNodes(view, items).flatMap(({ node, wanted, others }) =>
    [...wanted.values()].map(({ spec }) => {
      const changed = [...wanted.values()].map((item) => item.spec).filter(({ name }) => name !== spec.name);
      return { service: spec.name, node, shared: sharedNames(spec, [...others, ...changed]) };
    }),
  );
}
