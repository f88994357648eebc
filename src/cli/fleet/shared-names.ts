/** Says where a component does not answer to its own name, because other services of the node use its network too. */
import type { StoredDesired } from "../../bus/ports/operator-bus.ts";
import { isTombstone } from "../../schemas/service/desired.ts";
import { type SharedNetwork, sharedNetworks } from "../../schemas/service/shared-networks.ts";
import type { ServiceSpec } from "../../schemas/service/spec.ts";
import { styled } from "../../terminal/cell.ts";
import { containerName, type NodeName, type ServiceName } from "../../values/names.ts";
import type { Output } from "../output/output.ts";

/**
 * Networks on which components of the service do not answer to their own names. Empty for a service that is removed.
 * @param neighbors documents of all services on the node
 */
export function sharedNames(spec: ServiceSpec | undefined, neighbors: readonly StoredDesired[]): SharedNetwork[] {
  if (spec === undefined) return [];
  const service = spec.name;
  const others = neighbors.flatMap(({ document }) =>
    isTombstone(document) || document.service === service ? [] : [document.spec],
  );
  return sharedNetworks(spec, others).flatMap((shared) => {
    const components = shared.components.filter((name) => containerName(service, name) !== name);
    return components.length === 0 ? [] : [{ ...shared, components }];
  });
}

export function warnSharedNames(
  out: Output,
  { service, node }: { readonly service: ServiceName; readonly node: NodeName },
  shared: readonly SharedNetwork[],
): void {
  for (const { network, services, components } of shared) {
    const names = components.map((name) => `${containerName(service, name)} (not ${name})`).join(", ");
    out.warn(
      `${service}@${node}: network "${network}" is shared with ${services.join(", ")}: new containers answer there to ${names}`,
    );
  }
  if (shared.length > 0)
    out.complain(styled("cyan", "hint: "), "use these names, or give each service a network of its own");
}
