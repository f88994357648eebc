/** The rights of an operator in one line. Pure. */
import type { OperatorRecord } from "../../schemas/settings/identity-file.ts";

export function scopeText({ role, nodes, services }: OperatorRecord): string {
  return role === "viewer" ? role : `${role} of ${listed(services, "services")} on ${listed(nodes, "nodes")}`;
}

function listed(patterns: readonly string[], what: string): string {
  return patterns.includes("*") ? `all ${what}` : patterns.join(", ");
}
