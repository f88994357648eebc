/** The result when there is nothing to change: the status of the state that is stored. Pure. */
import type { ChangeResult } from "../../schemas/output/change-output.ts";
import type { ServiceStatus } from "../../schemas/output/status-output.ts";
import { present } from "../../values/present.ts";
import { blockCode, nodeHint } from "../status/failure-advice.ts";
import { statusOf } from "../status/summarize.ts";
import { isHarmless } from "./follow-change.ts";
import type { NodeSnapshot } from "./read-snapshot.ts";

export function unchangedResult(snapshot: NodeSnapshot, nowMs: number): ChangeResult {
  const { service, node } = snapshot;
  const generation = snapshot.stored?.document.generation ?? 0;
  const status = storedStatus(snapshot, nowMs);
  return { service, node, generation, before: generation, differences: [], ...outcomeOf(status, generation) };
}

/** True when the node is online and is still applying the stored state, so that it can be followed. */
export function isUnderWay(snapshot: NodeSnapshot, nowMs: number): boolean {
  const status = storedStatus(snapshot, nowMs);
  return status?.liveness === "online" && (status.state === "pending" || status.state === "progressing");
}

function storedStatus({ stored, observed, presence }: NodeSnapshot, nowMs: number): ServiceStatus | undefined {
  return statusOf({ desired: stored?.document, report: observed, presence, nowMs });
}

function outcomeOf(
  status: ServiceStatus | undefined,
  generation: number,
): Pick<ChangeResult, "outcome" | "message" | "failure" | "hint"> {
  const nothing = `nothing to change: generation ${generation}`;
  if (status === undefined || status.converged || status.stale) return unchanged(status, nothing);
  if (isHarmless(status) && status.regressed === undefined) return unchanged(status, nothing);
  const { state, failure } = status;
  const why = status.reason === undefined ? "" : `: ${status.reason}`;
  if (state === "pending" || state === "progressing")
    return { outcome: "pending", message: `${nothing} is ${state}${why}` };
  const hint = hintOf(status);
  if (failure?.generation === generation)
    return { outcome: "failed", message: `${nothing} failed${why}`, failure, ...present({ hint }) };
  return { outcome: "failed", message: `${nothing} is ${state}${why}`, ...present({ failure, hint }) };
}

function hintOf({ failure, blocked }: ServiceStatus): string | undefined {
  const [first] = blocked;
  return (failure && nodeHint(failure)) ?? (first && nodeHint({ ...first, ...present({ code: blockCode(first) }) }));
}

/** The last report of a node that is not online is in the past tense. */
function unchanged(status: ServiceStatus | undefined, nothing: string): Pick<ChangeResult, "outcome" | "message"> {
  if (status?.state === "pending") return { outcome: "pending", message: `${nothing} is pending: ${status.reason}` };
  const why = status?.reason === undefined ? "" : `: ${status.reason}`;
  const message = `${nothing} ${status?.stale === true ? "was" : "is"} ${status?.state ?? "unknown"}${why}`;
  return { outcome: "unchanged", message };
}
