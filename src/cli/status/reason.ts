/** Why a service has not converged, in one line for people. Pure. */

import type { ServiceStatus } from "../../schemas/output/json-output.ts";
import type { OpenDrift } from "../../schemas/service/drift.ts";
import { ageText } from "../output/age.ts";

/** The most telling fact first; undefined when there is nothing to add to the state. */
export function reasonFor(status: Omit<ServiceStatus, "converged" | "reason">): string | undefined {
  const { regressed, drift, blocked, failure, desired, liveness, stale } = status;
  if (regressed !== undefined) return regressed;
  if (status.state === "pending") return pendingReason(status);
  if (stale && liveness !== "online") return `${whereabouts(status)}; this is its last report`;
  if (failure !== undefined && failure.generation === desired?.generation)
    return `${failure.component}: ${failure.message}`;
  const [firstBlocked] = blocked;
  if (firstBlocked !== undefined) return `${prefix(firstBlocked.component)}${firstBlocked.message}`;
  const [firstDrift] = drift;
  if (firstDrift !== undefined) return driftText(firstDrift);
  return stale ? "the agent has restarted and not reported it yet" : undefined;
}

/** Why a service that has converged does not run, where that is said for its node alone. */
export function restReason({ desired }: Pick<ServiceStatus, "desired">): string | undefined {
  return desired?.stoppedHere === undefined ? undefined : `stopped on this node alone by ${desired.stoppedHere.by}`;
}

function pendingReason(status: Omit<ServiceStatus, "converged" | "reason">): string {
  const generation = `generation ${status.desired?.generation ?? "?"}`;
  if (status.liveness === "online") return `${generation} is not accepted yet`;
  return `${whereabouts(status)}; ${generation} will be applied when it is back`;
}

/** `rift is offline (last seen 3h ago)`. */
export function whereabouts({
  node,
  liveness,
  lastSeenMs,
}: Pick<ServiceStatus, "node" | "liveness" | "lastSeenMs">): string {
  const seen = lastSeenMs === undefined ? "" : ` (last seen ${ageText(lastSeenMs)} ago)`;
  if (liveness === "never-seen") return `${node} was never seen`;
  if (liveness === "left") return `the agent of ${node} was stopped${seen}`;
  return `${node} is ${liveness}${seen}`;
}

/** `api: not-running (exit code: want 0, have 1)`. */
export function driftText({ kind, component, containerName, differences }: OpenDrift): string {
  const shown = differences.map(({ field, want, have }) => `${field}: want ${want}, have ${have}`).join("; ");
  return `${prefix(component ?? containerName)}${kind}${shown === "" ? "" : ` (${shown})`}`;
}

function prefix(name: string | undefined): string {
  return name === undefined ? "" : `${name}: `;
}
