/**
 * Reads everything that a change of one service depends on, in one round of requests: stored state, reports, liveness of
 * the node, and the ports and names of its other services.
 */
import type { Aged, OperatorBus, StoredDesired } from "../../bus/ports/operator-bus.ts";
import { clashText, findClashes } from "../../schemas/service/clash.ts";
import { type DesiredService, type StateRef, specOf } from "../../schemas/service/desired.ts";
import type { ObservedService } from "../../schemas/service/observed.ts";
import type { ServiceSpec } from "../../schemas/service/spec.ts";
import { OFFLINE_AFTER_MS, type Presence } from "../../schemas/wire/presence.ts";
import { McpError } from "../../values/error.ts";
import type { NodeName, ServiceName } from "../../values/names.ts";
import { didYouMean } from "../../values/nearest.ts";
import { lookPastJunk } from "../junk/look-past-junk.ts";
import { needsHistory } from "./ancestry.ts";
import type { SeenStates } from "./seen-states.ts";
import type { ServiceSnapshot } from "./service-snapshot.ts";

export interface NodeSnapshot extends ServiceSnapshot {
  readonly observed: Aged<ObservedService> | undefined;
  readonly presence: Aged<Presence> | undefined;
  /** Desired documents of all services on the node. */
  readonly neighbors: readonly StoredDesired[];
}

export async function readSnapshot(
  { bus, seen }: { readonly bus: OperatorBus; readonly seen: SeenStates },
  { service, node }: { readonly service: ServiceName; readonly node: NodeName },
): Promise<NodeSnapshot> {
  const [neighbors, observed, presence, enrolled, last] = await Promise.all([
    bus.listDesired({ node }),
    bus.readObserved(node, service),
    bus.readPresence(node),
    bus.readNode(node),
    seen.read(node, service),
  ]);
  const listed = neighbors.find(({ document }) => document.service === service);
  const accepted = observed?.value.accepted ?? undefined;
  const { stored, ...junk } = await lookPastJunk(bus, { node, service }, { listed, accepted });
  return {
    node,
    service,
    stored,
    seen: last,
    accepted,
    ...junk,
    ...(await readHistory(bus, stored?.document, accepted)),
    incarnation: enrolled.record?.incarnation,
    agent: presence?.value,
    report: observed?.value,
    observed,
    presence,
    neighbors,
  };
}

/** Read only where the stored document does not name what the node accepted: over documents of 0.1, or after a restore. */
export async function readHistory(
  bus: Pick<OperatorBus, "historyOf">,
  stored: DesiredService | undefined,
  accepted: StateRef | undefined,
): Promise<Pick<ServiceSnapshot, "history">> {
  if (stored === undefined || !needsHistory(stored, accepted)) return {};
  const history = await bus.historyOf(stored.node, stored.service);
  return { history: history.map(({ document }) => document) };
}

/**
 * A removed node has stored state but applies nothing, so stored state does not make a node known.
 * @throws McpError E_NOT_FOUND, with the nearest name, for a node that is not enrolled and was never online
 */
export async function requireKnownNode(bus: OperatorBus, known: NodeSnapshot): Promise<void> {
  const { node, presence, observed } = known;
  // On an empty bus the report of a node can arrive before its presence.
  const reportsNow = observed !== undefined && observed.ageMs <= OFFLINE_AFTER_MS;
  if (presence !== undefined || reportsNow) return;
  const [records, seen] = await Promise.all([bus.listNodes(), bus.listPresence()]);
  if (records.some((record) => record.node === node)) return;
  const names = [...records.map((record) => record.node), ...seen.map(({ value }) => value.node)];
  throw new McpError("E_NOT_FOUND", `the bus knows no node "${node}"${didYouMean(node, names)}`, {
    hint: "start its agent first (`mcp node list` shows the nodes), or write its state now with `--force`",
  });
}

/** Specs of the node's other services. */
export function otherSpecs({ neighbors, service }: Pick<NodeSnapshot, "neighbors" | "service">): ServiceSpec[] {
  return neighbors.flatMap((stored) => (stored.document.service === service ? [] : (specOf(stored) ?? [])));
}

/** @throws McpError E_DEFINITION when another service of the node has the container name or host port. */
export function requireNoClash(spec: ServiceSpec, one: NodeSnapshot): void {
  const { node } = one;
  const others = otherSpecs(one);
  const clashes = findClashes([...others, spec]).filter(({ second }) => second.service === spec.name);
  if (clashes.length === 0) return;
  throw new McpError("E_DEFINITION", `on ${node}: ${clashes.map(clashText).join("; ")}`, {
    hint: "choose another name or port; `mcp list` shows the services of the node",
    details: clashes,
  });
}
