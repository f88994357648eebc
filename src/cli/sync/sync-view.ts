/** Reads everything that a sync depends on, once and at the same time: definitions, four buckets, seen states. */
import pLimit from "p-limit";
import type { DesiredBucket, JunkDesired, OperatorBus, StoredDesired } from "../../bus/ports/operator-bus.ts";
import type { NodeLiveness } from "../../schemas/output/liveness-output.ts";
import type { StateRef } from "../../schemas/service/desired.ts";
import type { ObservedService } from "../../schemas/service/observed.ts";
import { serviceKey } from "../../schemas/wire/buckets.ts";
import type { Presence } from "../../schemas/wire/presence.ts";
import { McpError } from "../../values/error.ts";
import type { NodeName, ServiceName } from "../../values/names.ts";
import { didYouMean } from "../../values/nearest.ts";
import { present } from "../../values/present.ts";
import { needsHistory } from "../change/ancestry.ts";
import { readHistory } from "../change/read-snapshot.ts";
import type { SeenStates } from "../change/seen-states.ts";
import type { ServiceSnapshot } from "../change/service-snapshot.ts";
import { type DefinitionFailure, readAll } from "../definition/find-definition.ts";
import type { Definition } from "../definition/read-definition.ts";
import type { KnownNodes } from "../fleet/fleet.ts";
import { lookPastBucket } from "../junk/look-past-junk.ts";

const HISTORIES_AT_ONCE = 16;

export interface SyncView {
  readonly definitions: readonly Definition[];
  readonly broken: readonly DefinitionFailure[];
  readonly bucket: DesiredBucket;
  /** All nodes on the bus. */
  readonly nodes: ReadonlyMap<NodeName, NodeLiveness>;
  snapshotOf(node: NodeName, service: ServiceName): ServiceSnapshot;
}

export interface ViewPorts {
  readonly bus: OperatorBus;
  readonly seen: SeenStates;
  readonly servicesDir: string;
  /** All nodes on the bus. */
  readonly knownNodes: Promise<KnownNodes>;
}

/** @throws McpError E_NOT_FOUND without any definition; as the bus's calls */
export async function readSyncView({ bus, seen, servicesDir, knownNodes }: ViewPorts): Promise<SyncView> {
  const [{ definitions, failures }, whole, observed, { nodes, presence, incarnations }, seenState] = await Promise.all([
    readAll(servicesDir),
    bus.readDesiredBucket(),
    bus.listObserved(),
    knownNodes,
    seen.readAll(),
  ]);
  if (definitions.length + failures.length === 0) {
    throw new McpError("E_NOT_FOUND", `there is no definition in ${servicesDir}`, {
      hint: "write one as `<service>.toml`, or export what the bus has with `mcp service export <service>`",
    });
  }
  const reports = new Map(observed.map(({ value }) => [serviceKey(value.node, value.service), value]));
  const bucket = await lookPastBucket(bus, whole, (key) => acceptedIn(reports.get(key)));
  const histories = await readHistories(bus, bucket, reports);
  const agents = new Map(presence.map(({ value }) => [value.node, value]));
  const state = { seenState, reports, incarnations, agents, histories, stored: byKey(bucket), junk: junkByKey(bucket) };
  return {
    definitions,
    broken: failures,
    bucket,
    nodes: new Map(nodes.map((nodeLiveness) => [nodeLiveness.node, nodeLiveness])),
    snapshotOf: (node, service) => snapshotFrom(state, node, service),
  };
}

/** The view with another state of the bucket. */
export function withBucket(view: SyncView, bucket: DesiredBucket): SyncView {
  const stored = byKey(bucket);
  const snapshotOf = (node: NodeName, service: ServiceName) => ({
    ...withoutJunk(view.snapshotOf(node, service)),
    stored: stored.get(serviceKey(node, service)),
  });
  return { ...view, bucket, snapshotOf };
}

/** @throws McpError E_NOT_FOUND if no definition names this node */
export function requireNamedNode({ definitions, nodes }: SyncView, node: NodeName): void {
  const named = new Set(definitions.flatMap((definition) => definition.nodes));
  if (named.has(node)) return;
  throw new McpError(
    "E_NOT_FOUND",
    `no definition names node "${node}"${didYouMean(node, [...named, ...nodes.keys()])}`,
  );
}

/** The histories of the few services that need one to show where they come from. */
async function readHistories(
  bus: OperatorBus,
  { documents }: DesiredBucket,
  reports: ReadonlyMap<string, ObservedService>,
): Promise<ViewState["histories"]> {
  const limit = pLimit(HISTORIES_AT_ONCE);
  const keyed = documents.map(({ document }) => [serviceKey(document.node, document.service), document] as const);
  const needing = keyed.filter(([key, document]) => needsHistory(document, acceptedIn(reports.get(key))));
  const read = needing.map(([key, document]) =>
    limit(async () => [key, await readHistory(bus, document, acceptedIn(reports.get(key)))] as const),
  );
  return new Map(await Promise.all(read));
}

function acceptedIn(report: ObservedService | undefined): StateRef | undefined {
  return report?.accepted ?? undefined;
}

/** A dry run shows the bucket as if what counts for nothing was written over. */
function withoutJunk({ junk: _, ...snapshot }: ServiceSnapshot): ServiceSnapshot {
  return snapshot;
}

interface ViewState {
  readonly junk: ReadonlyMap<string, JunkDesired>;
  readonly histories: ReadonlyMap<string, Pick<ServiceSnapshot, "history">>;
  readonly stored: ReadonlyMap<string, StoredDesired>;
  readonly reports: ReadonlyMap<string, ObservedService>;
  readonly incarnations: ReadonlyMap<NodeName, string | undefined>;
  readonly agents: ReadonlyMap<NodeName, Presence>;
  seenState(node: NodeName, service: ServiceName): StateRef | undefined;
}

function snapshotFrom(
  { stored, junk, reports, histories, incarnations, agents, seenState }: ViewState,
  node: NodeName,
  service: ServiceName,
): ServiceSnapshot {
  const key = serviceKey(node, service);
  const report = reports.get(key);
  return {
    node,
    service,
    stored: stored.get(key),
    ...present({ junk: junk.get(key) }),
    seen: seenState(node, service),
    accepted: acceptedIn(report),
    ...histories.get(key),
    incarnation: incarnations.get(node),
    agent: agents.get(node),
    report,
  };
}

function junkByKey({ junk = [] }: DesiredBucket): Map<string, JunkDesired> {
  return new Map(junk.map((one) => [serviceKey(one.node, one.service), one]));
}

function byKey({ documents }: DesiredBucket): Map<string, StoredDesired> {
  return new Map(documents.map((stored) => [serviceKey(stored.document.node, stored.document.service), stored]));
}
