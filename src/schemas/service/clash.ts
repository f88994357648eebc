/**
 * What two components of one node cannot both have: a container name (service `mc` with component `proxy-x` and
 * service `mc-proxy` with component `x` are one name) or a host port. Stopped services count: starting one must work.
 */
import { type ComponentName, containerName, type ServiceName } from "../../values/names.ts";
import { formatPort, portsClash } from "./port-text.ts";
import type { PortSpec, ServiceSpec } from "./spec.ts";

/** One side of a clash. */
export interface Claim {
  readonly service: ServiceName;
  readonly component: ComponentName;
  /** The container's name, or the port as a definition says it. */
  readonly what: string;
}

export interface Clash {
  readonly kind: "name" | "port";
  /** In the order in which the specs were given. */
  readonly first: Claim;
  readonly second: Claim;
}

/** Every clash among the services of one node; within a single service too. */
export function findClashes(specs: readonly ServiceSpec[]): Clash[] {
  const owners = specs.flatMap((spec) => spec.components.map((component) => ({ service: spec.name, component })));
  const names = owners.map(({ service, component }) => {
    const what = containerName(service, component.name);
    return { service, component: component.name, what };
  });
  const ports = owners.flatMap(({ service, component }) =>
    component.ports.map((port) => ({ claim: { service, component: component.name, what: formatPort(port) }, port })),
  );
  return [...nameClashes(names), ...portClashes(ports)];
}

function nameClashes(claims: readonly Claim[]): Clash[] {
  const owners = new Map<string, Claim>();
  return claims.flatMap((second): Clash[] => {
    const first = owners.get(second.what);
    if (first === undefined) owners.set(second.what, second);
    return first === undefined ? [] : [{ kind: "name", first, second }];
  });
}

interface PortClaim {
  readonly claim: Claim;
  readonly port: PortSpec;
}

function portClashes(claims: readonly PortClaim[]): Clash[] {
  const byNumber = new Map<number, PortClaim[]>();
  return claims.flatMap((second): Clash[] => {
    const before = byNumber.get(second.port.hostPort) ?? [];
    byNumber.set(second.port.hostPort, [...before, second]);
    const first = before.find(({ port }) => portsClash(port, second.port));
    return first === undefined ? [] : [{ kind: "port", first: first.claim, second: second.claim }];
  });
}

/** One line that names both sides. */
export function clashText({ kind, first, second }: Clash): string {
  const side = ({ service, component }: Claim) => `${service}/${component}`;
  if (kind === "name") return `${side(first)} and ${side(second)} would both be container "${first.what}"`;
  return `${side(first)} (${first.what}) and ${side(second)} (${second.what}) both publish that port of the node`;
}
