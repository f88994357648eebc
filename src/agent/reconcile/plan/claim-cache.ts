/** The services' claims on names and ports, computed once for each set of accepted states and not in each pass. */
import type { Blocked } from "../../../schemas/service/observed.ts";
import type { ComponentName, ServiceName } from "../../../values/names.ts";
import type { ServiceRow } from "../../store/store.ts";
import { type Claims, findClaims } from "./claims.ts";

export interface ClaimCache {
  /** Call it after a state was accepted. */
  forget(): void;
  /** Services that wait for a name or a port that another service has. */
  waiting(): ServiceName[];
  of(service: ServiceName): ReadonlyMap<ComponentName, Blocked>;
}

/** @param rows the accepted services, the first accepted first */
export function createClaimCache(rows: () => readonly ServiceRow[]): ClaimCache {
  const cache: { claims: Claims | undefined } = { claims: undefined };
  return {
    forget: () => {
      cache.claims = undefined;
    },
    waiting: () => [...(cache.claims?.keys() ?? [])],
    of: (service) => {
      cache.claims ??= findClaims(rows());
      return cache.claims.get(service) ?? new Map();
    },
  };
}
