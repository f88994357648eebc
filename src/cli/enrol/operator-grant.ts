/**
 * What an operator is given: as asked for, and where he has credentials already, what was not asked for as it stands. Rule:
 * a renewal widens nothing that nobody named. Pure.
 */

import type { OperatorChange } from "../../schemas/output/access-output.ts";
import type { OperatorRecord } from "../../schemas/settings/identity-file.ts";
import { type OperatorScope, ROLES, type Role } from "../../trust/operator-claims.ts";
import { McpError } from "../../values/error.ts";

/** What was typed; what is absent stays as it stands, and is `operator` of everything for good where nothing stands. */
export interface AskedGrant {
  readonly role?: Role;
  readonly nodes?: readonly string[];
  readonly services?: readonly string[];
  /** How long they shall count, in milliseconds, or until he is removed. */
  readonly life?: number | "until-removed";
}

export interface Grant extends OperatorScope {
  /** Unix milliseconds; absent: until he is removed. */
  readonly expiresAtMs?: number;
}

/**
 * @param stands his credentials until now. Those that expire are renewed for the same length of life, from now
 * @throws McpError E_USAGE for a viewer with a scope
 */
export function grantOf(asked: AskedGrant, stands: OperatorRecord | undefined, nowMs: number): Grant {
  const role = asked.role ?? ROLES.find((one) => one === stands?.role) ?? "operator";
  const lifeMs = asked.life ?? (stands === undefined ? "until-removed" : lifeOf(stands));
  const expiry = lifeMs === "until-removed" ? {} : { expiresAtMs: nowMs + lifeMs };
  if (role !== "viewer") {
    return {
      role,
      nodes: asked.nodes ?? orAll(stands?.nodes),
      services: asked.services ?? orAll(stands?.services),
      ...expiry,
    };
  }
  if (asked.nodes === undefined && asked.services === undefined) return { role, nodes: [], services: [], ...expiry };
  throw new McpError("E_USAGE", "a viewer sees the reports of all nodes and services: no --node, no --service");
}

/** What is another than before. */
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

/** A viewer has no scope that could stay. */
const orAll = (patterns: readonly string[] | undefined) =>
  patterns === undefined || patterns.length === 0 ? ["*"] : patterns;
