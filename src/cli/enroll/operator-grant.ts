/**
 * The role, scope and lifetime of an operator: as given, the rest as in their current credentials. Rule: a renewal never
 * widens rights that were not given. Pure.
 */
import type { OperatorChange } from "../../schemas/output/access-output.ts";
import type { OperatorRecord } from "../../schemas/settings/identity-file.ts";
import { type OperatorScope, ROLES, type Role } from "../../trust/operator-claims.ts";
import { McpError } from "../../values/error.ts";

/** What was given. What is absent stays; for a new operator it is role `operator` for everything, without expiry. */
export interface AskedGrant {
  readonly role?: Role;
  readonly nodes?: readonly string[];
  readonly services?: readonly string[];
  /** Lifetime in milliseconds, or until the operator is removed. */
  readonly life?: number | "until-removed";
}

export interface Grant extends OperatorScope {
  /** Unix milliseconds; absent: until the operator is removed. */
  readonly expiresAtMs?: number;
}

/**
 * @param current their current credentials; a lifetime is kept and starts again now
 * @throws McpError E_USAGE for a viewer with a scope
 */
export function grantOf(asked: AskedGrant, current: OperatorRecord | undefined, nowMs: number): Grant {
  const role = asked.role ?? ROLES.find((one) => one === current?.role) ?? "operator";
  const lifeMs = asked.life ?? (current === undefined ? "until-removed" : lifeOf(current));
  const expiry = lifeMs === "until-removed" ? {} : { expiresAtMs: nowMs + lifeMs };
  if (role !== "viewer") {
    return {
      role,
      nodes: asked.nodes ?? orAll(current?.nodes),
      services: asked.services ?? orAll(current?.services),
      ...expiry,
    };
  }
  if (asked.nodes === undefined && asked.services === undefined) return { role, nodes: [], services: [], ...expiry };
  throw new McpError("E_USAGE", "a viewer sees all nodes and services: --node and --service do not apply");
}

/** The differences between two records. */
export function changesOf(old: OperatorRecord, fresh: OperatorRecord): OperatorChange[] {
  const texts = ({ role, nodes, services, expiresAt }: OperatorRecord) => ({
    role,
    nodes: nodes.join(", ") || "none",
    services: services.join(", ") || "none",
    expires: expiresAt ?? "never",
  });
  const [before, after] = [texts(old), texts(fresh)];
  const all = (["role", "nodes", "services", "expires"] as const).map((what) => ({
    what,
    old: before[what],
    new: after[what],
  }));
  return all.filter((change) => change.old !== change.new);
}

function lifeOf({ issuedAt, expiresAt }: OperatorRecord): number | "until-removed" {
  return expiresAt === undefined ? "until-removed" : Date.parse(expiresAt) - Date.parse(issuedAt);
}

/** The record of a viewer has no scope. */
const orAll = (patterns: readonly string[] | undefined) =>
  patterns === undefined || patterns.length === 0 ? ["*"] : patterns;
