/**
 * Decides what a purge removes and what it keeps, each with a reason. Pure. In doubt it keeps: what may be running, what
 * a silent node may have, and what an unreadable definition may need.
 */

import type { PurgedContainer, PurgedService } from "../../schemas/output/purge-output.ts";
import type { ServiceStatus } from "../../schemas/output/status-output.ts";
import { type DesiredPresent, type DesiredService, isTombstone } from "../../schemas/service/desired.ts";
import { serviceKey } from "../../schemas/wire/buckets.ts";
import type { OrphanContainer } from "../../schemas/wire/live-container.ts";
import type { NodeName, Selector, ServiceName } from "../../values/names.ts";
import type { AllDefinitions } from "../definition/find-definition.ts";

export interface PurgeFacts {
  readonly desired: readonly DesiredService[];
  readonly statuses: readonly ServiceStatus[];
  readonly definitions: AllDefinitions;
  readonly orphans: readonly (OrphanContainer & { readonly node: NodeName })[];
  /** Nodes that answered. The state of the others is unknown, even if they have reports. */
  readonly answered: readonly NodeName[];
}

export interface PurgeRequest {
  /** Undefined: all services. */
  readonly selector: Selector | undefined;
  readonly node: NodeName | undefined;
  /** True: also running containers. */
  readonly running: boolean;
  /** Why this operator may not remove something there; undefined if they may. */
  beyondScope(target: ServiceOnNode): string | undefined;
}

interface ServiceOnNode {
  readonly node: NodeName;
  readonly service: ServiceName;
}

export interface PurgePlan {
  readonly services: readonly PurgedService[];
  readonly containers: readonly PurgedContainer[];
  readonly kept: { readonly services: readonly PurgedService[]; readonly containers: readonly PurgedContainer[] };
}

/** With a component in the selector, only containers are removed: the service stays. */
export function planPurge(facts: PurgeFacts, request: PurgeRequest): PurgePlan {
  const services = request.selector?.component === undefined ? unwantedServices(facts, request) : [];
  const containers = unwantedContainers(facts, request);
  const withKeep = <T extends { readonly keep: boolean }>(all: readonly T[], keep: boolean) =>
    all.filter((one) => one.keep === keep).map(({ keep: _, ...one }) => one);
  return {
    services: withKeep(services, false),
    containers: withKeep(containers, false),
    kept: { services: withKeep(services, true), containers: withKeep(containers, true) },
  };
}

type Decided<T> = T & { readonly keep: boolean };

function unwantedServices(facts: PurgeFacts, request: PurgeRequest): Decided<PurgedService>[] {
  const statuses = new Map(facts.statuses.map((status) => [serviceKey(status.node, status.service), status]));
  return facts.desired.flatMap((document) => {
    const { node, service, generation } = document;
    if (isTombstone(document) || !isSelected(request, document) || isDefined(facts.definitions, document)) return [];
    const status = facts.answered.includes(node) ? statuses.get(serviceKey(node, service)) : undefined;
    const whyKept = reasonToKeep(status, document, request) ?? request.beyondScope({ node, service });
    const reason = whyKept ?? "no definition here names it, and none of its containers is running";
    return [{ service, node, generation, keep: whyKept !== undefined, reason }];
  });
}

function reasonToKeep(
  status: ServiceStatus | undefined,
  { node, service, spec }: DesiredPresent,
  { running, selector }: PurgeRequest,
): string | undefined {
  const isReported = spec.components.every(({ name }) => status?.components.some((one) => one.name === name));
  if (
    status === undefined ||
    status.stale ||
    status.liveness !== "online" ||
    status.state === "pending" ||
    !isReported
  ) {
    return `it is not known what is running on ${node}`;
  }
  const [runs] = status.components.filter(({ state }) => !["missing", "exited", "created"].includes(state));
  if (runs === undefined) return undefined;
  if (running && selector !== undefined) return undefined;
  const line = selector === undefined ? `mcp purge ${service}@${node} --running` : "add --running";
  return `${runs.name} is ${runs.state}; to retire it anyway: ${line}`;
}

function unwantedContainers(facts: PurgeFacts, request: PurgeRequest): Decided<PurgedContainer>[] {
  return facts.orphans.flatMap(({ node, id, name, service, component, state, reason }) => {
    if (!isSelected(request, { node, service })) return [];
    if (request.selector?.component !== undefined && request.selector.component !== component) return [];
    const orphan = { node, id, name, service, state, ...(component === undefined ? {} : { component }) };
    const wanted = ownerOf(facts, { node, service, component });
    if (wanted !== undefined) return [{ ...orphan, keep: true, reason: wanted }];
    const keep = !request.running && !["exited", "created"].includes(state);
    if (keep) return [{ ...orphan, keep, reason: `${reason}; it is ${state}: only with --running` }];
    const beyond = request.beyondScope({ node, service });
    return [{ ...orphan, keep: beyond !== undefined, reason: beyond ?? reason }];
  });
}

/** The report of the node is not enough: a generation that it has not accepted yet may need the container. */
function ownerOf(
  { desired, definitions }: PurgeFacts,
  { node, service, component }: { node: NodeName; service: ServiceName; component: string | undefined },
): string | undefined {
  const document = desired.find((one) => one.node === node && one.service === service);
  if (document !== undefined && !isTombstone(document) && hasComponent(document.spec.components, component)) {
    return `generation ${document.generation} on the bus needs it`;
  }
  const definition = definitions.definitions.find(({ spec, nodes }) => spec.name === service && nodes.includes(node));
  if (definition !== undefined && hasComponent(definition.spec.components, component)) {
    return `${definition.path} names it`;
  }
  const broken = definitions.failures.find(({ name }) => name === service);
  return broken === undefined ? undefined : `${broken.path} cannot be read, and may name it`;
}

function hasComponent(components: readonly { readonly name: string }[], component: string | undefined): boolean {
  return components.some(({ name }) => name === component);
}

function isSelected({ selector, node }: PurgeRequest, thing: ServiceOnNode): boolean {
  if (node !== undefined && thing.node !== node) return false;
  if (selector === undefined) return true;
  return selector.service === thing.service && (selector.node === undefined || selector.node === thing.node);
}

function isDefined({ definitions, failures }: AllDefinitions, { node, service }: ServiceOnNode): boolean {
  const named = definitions.some(({ spec, nodes }) => spec.name === service && nodes.includes(node));
  return named || failures.some(({ name }) => name === service);
}
