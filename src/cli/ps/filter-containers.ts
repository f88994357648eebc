/** Which containers `ps` and `top` show of all that nodes have. */
import type { OperatorBus } from "../../bus/ports/operator-bus.ts";
import type { LiveContainer } from "../../schemas/wire/live-container.ts";
import type { Selector } from "../../values/names.ts";
import { resolveSelector } from "../fleet/select.ts";
import { isManaged } from "./gather-containers.ts";

interface ContainerFilter {
  /** Undefined: every service. */
  readonly selector: Selector | undefined;
  /** Without a selector: also those that mcp does not manage. */
  readonly all: boolean;
}

/** The containers that match. The selector's node is not looked at: only that node is asked. */
export function containersOf<T extends Pick<LiveContainer, "service" | "component">>(
  containers: readonly T[],
  { selector, all }: ContainerFilter,
): T[] {
  if (selector === undefined) return containers.filter((container) => all || isManaged(container));
  return containers.filter(
    ({ service, component }) =>
      service === selector.service && (selector.component === undefined || component === selector.component),
  );
}

/**
 * For a selector that matches no container: refuses names that the bus does not know.
 * @throws McpError E_NOT_FOUND with the nearest name
 */
export async function requireKnown(bus: OperatorBus, selector: Selector | undefined): Promise<void> {
  if (selector !== undefined && bus.reportsOnly !== true) await resolveSelector(bus, selector);
}
