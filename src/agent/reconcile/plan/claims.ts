/**
 * Container names and host ports that two services of one node both want. Pure. A service that has already
 * been applied keeps them, then one with running containers, then the one accepted first. The other one is blocked, and
 * the message names the owner.
 */
import { type Clash, clashText, findClashes } from "../../../schemas/service/clash.ts";
import { isTombstone } from "../../../schemas/service/desired.ts";
import type { Blocked } from "../../../schemas/service/observed.ts";
import type { ComponentName, ServiceName } from "../../../values/names.ts";
import type { ServiceRow } from "../../store/store.ts";

export type Claims = ReadonlyMap<ServiceName, ReadonlyMap<ComponentName, Blocked>>;

/** @param rows accepted services, the first accepted first */
export function findClaims(rows: readonly ServiceRow[]): Claims {
  const ordered = rows.toSorted((a, b) => rank(a) - rank(b));
  const specs = ordered.flatMap(({ document }) => (isTombstone(document) ? [] : [document.spec]));
  const claims = new Map<ServiceName, Map<ComponentName, Blocked>>();
  for (const clash of findClashes(specs)) {
    const { service, component } = clash.second;
    claims.set(service, (claims.get(service) ?? new Map()).set(component, blockedBy(clash)));
  }
  for (const { service, blocked } of adoptedTwice(rows)) {
    claims.set(service, (claims.get(service) ?? new Map()).set(blocked.component ?? "", blocked));
  }
  return claims;
}

/** The same container adopted by two services: without this the later one would start a second container. */
function adoptedTwice(rows: readonly ServiceRow[]): { service: ServiceName; blocked: Blocked }[] {
  const owners = new Map<string, string>();
  return rows.flatMap(({ service, document }) =>
    Object.entries(document.adopted ?? {}).flatMap(([component, { containerId }]) => {
      const owner = owners.get(containerId);
      if (owner === undefined) owners.set(containerId, `${service}/${component}`);
      if (owner === undefined || isTombstone(document)) return [];
      const message = `container ${containerId.slice(0, 12)} is already adopted by ${owner}`;
      return [{ service, blocked: { component, reason: "name-taken" as const, message } }];
    }),
  );
}

function rank({ memory, ref }: ServiceRow): number {
  if (memory.appliedGeneration === ref.generation) return 0;
  return Object.keys(memory.serving).length > 0 ? 1 : 2;
}

function blockedBy(clash: Clash): Blocked {
  const reason = clash.kind === "name" ? "name-taken" : "port-taken";
  return { component: clash.second.component, reason, message: clashText(clash) };
}
