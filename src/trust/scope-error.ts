/** The error for an action beyond the operator's rights, checked before anything is written or sent. Pure. */

import type { RequestBody } from "../schemas/wire/request.ts";
import { McpError } from "../values/error.ts";
import type { NodeName, ServiceName } from "../values/names.ts";
import { covers, coversAll, type OperatorScope } from "./operator-claims.ts";
import { type RequestScope, scopeOfRequest } from "./request-rules.ts";

/** From the credentials. */
export interface OperatorRights extends OperatorScope {
  readonly name: string;
}

/** The intended action. An absent part is not known yet. */
export interface OperatorAction {
  /** As typed: `stop`. */
  readonly verb: string;
  readonly service?: ServiceName;
  readonly node?: NodeName;
  readonly allServices?: boolean;
}

/** Undefined if the known parts are within the rights. */
export function scopeError(rights: OperatorRights, action: OperatorAction): McpError | undefined {
  const { verb, service, node, allServices = false } = action;
  const inScope =
    rights.role !== "viewer" &&
    (node === undefined || covers(rights.nodes, node)) &&
    (service === undefined || covers(rights.services, service)) &&
    (!allServices || coversAll(rights.services));
  if (inScope) return undefined;
  const what = [verb, service, node === undefined ? undefined : `on ${node}`].filter((word) => word !== undefined);
  return new McpError("E_REFUSED", `${rights.name} may not ${what.join(" ")}: ${scopeText(rights)}`, {
    hint: "nothing was written or sent; `mcp whoami` shows what these credentials allow",
  });
}

/** Undefined if the request may be sent to this node. */
export function requestScopeError(rights: OperatorRights, body: RequestBody, node: NodeName): McpError | undefined {
  const scope = scopeOfRequest(body);
  if (scope === "read-only") return undefined;
  return scopeError(rights, { verb: body.verb, node, ...actionIn(scope) });
}

/** Only the node knows the service of a container or transfer. */
function actionIn(scope: RequestScope): Pick<OperatorAction, "service" | "allServices"> {
  if (scope.kind === "service") return { service: scope.service };
  return scope.kind === "all-services" ? { allServices: true } : {};
}

function scopeText({ role, nodes, services }: OperatorScope): string {
  if (role === "viewer") return "a viewer sees reports and events, and changes nothing";
  return `these credentials are for ${listed(services, "services")} on ${listed(nodes, "nodes")} (${role})`;
}

function listed(patterns: OperatorScope["nodes"], what: string): string {
  if (coversAll(patterns)) return `all ${what}`;
  return patterns.length === 0 ? `no ${what}` : patterns.join(", ");
}
