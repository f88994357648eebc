/** Says where a component does not answer to its own name, because other services of the node use its network too. */
import { type SharedNetwork, sharedNetworks } from "../../schemas/service/shared-networks.ts";
import type { ServiceSpec } from "../../schemas/service/spec.ts";
import { styled } from "../../terminal/cell.ts";
import { containerName, type NodeName, type ServiceName } from "../../values/names.ts";
import type { Output } from "../output/output.ts";

/**
 * Networks on which components of the service do not answer to their own names. Empty for a service that is removed.
 * @param others specs of the node's other services
 */
export function sharedNames(spec: ServiceSpec | undefined, others: readonly ServiceSpec[]): SharedNetwork[] {
  if (spec === undefined) return [];
  const service = spec.name;
  return sharedNetworks(spec, others).flatMap((shared) => {
    const components = shared.components.filter((name) => containerName(service, name) !== name);
    return components.length === 0 ? [] : [{ ...shared, components }];
  });
}

/** A service on one node with the networks that it shares there. */
export interface SharingService {
  readonly service: ServiceName;
  readonly node: NodeName;
  readonly shared: readonly SharedNetwork[];
}

/** One line for each service and network; what is the same on several nodes is one line. */
export function warnSharedNames(out: Output, ...sharing: readonly SharingService[]): void {
  const nodesOf = new Map<string, { readonly service: ServiceName; readonly nodes: NodeName[] }>();
  for (const { service, node, shared } of sharing) {
    for (const { network, services, components } of shared) {
      const names = components.map((name) => `${containerName(service, name)} (not ${name})`).join(", ");
      const text = `network "${network}" is shared with ${services.join(", ")}: new containers answer there to ${names}`;
      const known = nodesOf.get(text) ?? { service, nodes: [] };
      known.nodes.push(node);
      nodesOf.set(text, known);
    }
  }
  for (const [text, { service, nodes }] of nodesOf)
    out.warn(`${nodes.length === 1 ? `${service}@${nodes[0]}` : `${service} on ${nodes.length} nodes`}: ${text}`);
  if (nodesOf.size > 0)
    out.complain(styled("cyan", "hint: "), "use these names, or give each service a network of its own");
}
