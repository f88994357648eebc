/**
 * Networks that several services of one node use, and the names by which containers on a network find a component. Pure. A name means
 * the same to every container on a network, so a component's own name ("db") would lead to the components of other services too.
 */
import { type ComponentName, containerName, type ServiceName } from "../../values/names.ts";
import type { ServiceSpec } from "./spec.ts";

/** A network of a service that other services of the node use too. Stopped services count: starting one must work. */
export interface SharedNetwork {
  readonly network: string;
  /** The other services, sorted. */
  readonly services: readonly ServiceName[];
  /** Components on it that do not answer to their own name there. */
  readonly components: readonly ComponentName[];
}

/** @param others specs of the node's other services */
export function sharedNetworks(spec: ServiceSpec, others: readonly ServiceSpec[]): SharedNetwork[] {
  const networks = new Set(spec.components.flatMap(({ network }) => (network === undefined ? [] : [network])));
  return [...networks].flatMap((network) => {
    const services = others.filter((other) => usesNetwork(other, network)).map(({ name }) => name);
    const components = spec.components.filter((one) => one.network === network).map(({ name }) => name);
    return services.length === 0 ? [] : [{ network, services: services.toSorted(), components }];
  });
}

export function usesNetwork({ components }: ServiceSpec, network: string): boolean {
  return components.some((component) => component.network === network);
}

/** The names of a component on its network; on one that other services use too only that of its container. */
export function networkNames(service: ServiceName, component: ComponentName, isShared: boolean): string[] {
  const full = containerName(service, component);
  return isShared ? [full] : [...new Set([full, component])];
}
