/** What an account may do here, from its roles at MCIAS. Pure. */
import { type OperatorScope, ROLES } from "../trust/operator-claims.ts";
import { GUEST } from "./settings.ts";

/**
 * Undefined for a guest, whatever their other roles, and for an account without a role of the settings. Of several the
 * highest counts, with the nodes and services of those that give the same: a lower role never widens a higher one.
 */
export function scopeOfRoles(
  roles: readonly string[],
  mapped: ReadonlyMap<string, OperatorScope>,
): OperatorScope | undefined {
  if (roles.includes(GUEST)) return undefined;
  const scopes = roles.flatMap((role) => mapped.get(role) ?? []);
  const role = ROLES.findLast((one) => scopes.some((scope) => scope.role === one));
  if (role === undefined) return undefined;
  const same = scopes.filter((scope) => scope.role === role);
  const union = (lists: readonly (readonly string[])[]) => [...new Set(lists.flat())];
  return { role, nodes: union(same.map(({ nodes }) => nodes)), services: union(same.map(({ services }) => services)) };
}
