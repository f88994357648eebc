/** Why a service has not converged, in one line. Pure. */

import type { ServiceStatus } from "../../schemas/output/status-output.ts";
import type { FieldDifference, OpenDrift } from "../../schemas/service/drift.ts";
import type { Blocked } from "../../schemas/service/observed.ts";
import type { StoreProblem } from "../../schemas/wire/presence.ts";
import type { NodeName } from "../../values/names.ts";
import { present } from "../../values/present.ts";
import { ageText, leftText, sizeText } from "../output/age.ts";
import { progressText } from "./current-step.ts";
import { blockCode, problemText } from "./failure-advice.ts";

/** The most important fact; undefined when there is nothing to add to the state. */
export function reasonFor(status: Omit<ServiceStatus, "converged" | "reason">): string | undefined {
  const { regressed, drift, blocked, failure, desired, liveness, stale } = status;
  if (regressed !== undefined) return regressed;
  if (status.state === "pending") return pendingReason(status);
  if (stale && liveness !== "online") return `${livenessText(status)}; this is its last report`;
  const progress = status.state === "progressing" ? progressText(status.components) : undefined;
  if (progress !== undefined) return progress;
  if (failure !== undefined && failure.generation === desired?.generation)
    return problemText(failure.component, failure);
  const [firstBlocked] = blocked;
  if (firstBlocked !== undefined) return blockText(firstBlocked);
  const [firstDrift] = drift;
  if (firstDrift !== undefined) return driftText(firstDrift);
  return stale ? "the agent has restarted and has not reported it yet" : undefined;
}

/** Why a converged service is not running: it is stopped on this node only. */
export function restReason({ desired }: Pick<ServiceStatus, "desired">): string | undefined {
  return desired?.stoppedHere === undefined ? undefined : `stopped on this node only by ${desired.stoppedHere.by}`;
}

function pendingReason(status: Omit<ServiceStatus, "converged" | "reason">): string {
  const generation = `generation ${status.desired?.generation ?? "?"}`;
  if (status.liveness === "online" && status.storeProblem !== undefined)
    return `${generation} is not accepted yet: ${storeText(status.storeProblem)}`;
  if (status.liveness === "online") return `${generation} is not accepted yet`;
  return `${livenessText(status)}; ${generation} will be applied when it is back`;
}

/** `cannot write /var/lib/mcp/mcp.db: the disk is full (4 KiB free)`. */
export function storeText({ message, freeBytes }: StoreProblem): string {
  return `${message}${freeBytes === undefined ? "" : ` (${sizeText(freeBytes)} free)`}`;
}

/** `rift: its clock is 2d behind this workstation's`, and what to do. */
export function clockText(node: NodeName, aheadMs: number): string {
  const amount = `${leftText(Math.abs(aheadMs))} ${aheadMs > 0 ? "ahead of" : "behind"}`;
  return `${node}: its clock is ${amount} this workstation's; set it right, or the node and the bus refuse each other`;
}

type Liveness = Pick<ServiceStatus, "node" | "liveness" | "lastSeenMs" | "clockAheadMs">;

/** `rift is offline (last seen 3h ago)`; of a clock that is wrong too. */
export function livenessText({ node, liveness, lastSeenMs, clockAheadMs }: Liveness): string {
  const clock =
    clockAheadMs === undefined
      ? ""
      : `, its clock ${leftText(Math.abs(clockAheadMs))} ${clockAheadMs > 0 ? "ahead" : "behind"}`;
  const seen = lastSeenMs === undefined ? "" : ` (last seen ${ageText(lastSeenMs)} ago${clock})`;
  if (liveness === "never-seen") return `${node} was never seen`;
  if (liveness === "left") return `the agent of ${node} was stopped${seen}`;
  return `${node} is ${liveness}${seen}`;
}

/** 0.1 agents report two hashes for a container that was made from another spec; nobody can read those. */
function differenceText({ field, want, have }: FieldDifference): string {
  if (field === "spec" && /^[0-9a-f]{16,}$/.test(want)) return "the container was made from another spec";
  return `${field}: want ${want}, have ${have}`;
}

/** `api: not-running (exit code: want 0, have 1)`. */
export function driftText({ kind, component, containerName, differences }: OpenDrift): string {
  const shown = differences.map(differenceText).join("; ");
  return `${prefix(component ?? containerName)}${kind}${shown === "" ? "" : ` (${shown})`}`;
}

function blockText(blocked: Blocked): string {
  const code = blockCode(blocked);
  if (blocked.component !== undefined)
    return problemText(blocked.component, { message: blocked.message, ...present({ code }) });
  return code === undefined || blocked.message.includes(code) ? blocked.message : `${blocked.message} (${code})`;
}

function prefix(name: string | undefined): string {
  return name === undefined ? "" : `${name}: `;
}
