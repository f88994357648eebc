/** Converts the MCIAS roles of an account to its scope here. Pure. */
import { type OperatorScope, ROLES } from "../trust/operator-claims.ts";
import { GUEST } from "./settings.ts";

/**
 * Undefined for a guest, even with other roles, and for an account without a role in the settings. Of several roles the
 * highest counts, with the nodes and services of all roles at that level: a lower role never widens a higher one.
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
