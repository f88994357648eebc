/**
 * The status of each service on each node, for `status` and `list`: desired state, report and presence compared. Pure.
 * A report is stale when its node is not online, or when its agent has restarted since. A stale service never counts as
 * converged.
 */

import type { Aged, JunkDesired } from "../../bus/ports/operator-bus.ts";
import type { NodeLiveness } from "../../schemas/output/liveness-output.ts";
import type { ServiceStatus, ShownState } from "../../schemas/output/status-output.ts";
import { type DesiredService, isTombstone, type StateRef } from "../../schemas/service/desired.ts";
import { isReportedOnly } from "../../schemas/service/drift.ts";
import type { ObservedService } from "../../schemas/service/observed.ts";
import { rejectionOf } from "../../schemas/service/rejection.ts";
import { documentHash } from "../../schemas/service/spec-hash.ts";
import type { Presence } from "../../schemas/wire/presence.ts";
import { present } from "../../values/present.ts";
import { msSince } from "../output/age.ts";
import { withCurrentSteps } from "./current-step.ts";
import { livenessOf } from "./node-liveness.ts";
import { reasonFor, restReason } from "./reason.ts";

export interface FleetView {
  readonly desired: readonly DesiredService[];
  /** What the bus holds and counts for nothing. */
  readonly junk?: readonly JunkDesired[];
  /** True when desired state cannot be read: then the reports are all there is. */
  readonly reportsOnly?: boolean;
  readonly observed: readonly Aged<ObservedService>[];
  readonly presence: readonly Aged<Presence>[];
  readonly nowMs: number;
}

/** The state of one service on one node; at least one of desired and report is present. */
export interface ServiceView {
  readonly desired: DesiredService | undefined;
  readonly reportsOnly?: boolean;
  readonly report: Aged<ObservedService> | undefined;
  readonly presence: Aged<Presence> | undefined;
  readonly nowMs: number;
}

const QUIET_STATES: ReadonlySet<ShownState> = new Set(["converged", "stopped", "removed"]);

/** One status for each service and node, sorted by service, then node. Services that are gone on both sides are left out. */
export function summarize({ desired, reportsOnly = false, observed, presence, nowMs }: FleetView): ServiceStatus[] {
  const keyOf = (d: { node: string; service: string }) => `${d.service} ${d.node}`;
  const desiredByKey = new Map(desired.map((document) => [keyOf(document), document]));
  const reports = new Map(observed.map((report) => [keyOf(report.value), report]));
  const presences = new Map(presence.map((aged) => [aged.value.node, aged]));
  return [...new Set([...desiredByKey.keys(), ...reports.keys()])].sort().flatMap((key) => {
    const report = reports.get(key);
    const document = desiredByKey.get(key);
    const node = document?.node ?? report?.value.node;
    const view = { desired: document, reportsOnly, report, nowMs };
    const status = statusOf({ ...view, presence: node ? presences.get(node) : undefined });
    return status === undefined || isGone(status) ? [] : [status];
  });
}

/** The status of one service on one node; undefined when there is neither desired state nor a report. */
export function statusOf(view: ServiceView): ServiceStatus | undefined {
  const { desired, reportsOnly = false, report, presence, nowMs } = view;
  const owner = desired ?? report?.value;
  if (owner === undefined) return undefined;
  const liveness = livenessOf(owner.node, presence, nowMs);
  const alone = reportsOnly ? report?.value : undefined;
  const state = alone?.state ?? stateOf(desired, report?.value);
  const partial = {
    service: owner.service,
    node: owner.node,
    state,
    ...(desired === undefined ? {} : { desired: desiredFacts(desired) }),
    ...reportFacts(report),
    ...(state === "pending" && desired !== undefined ? present({ pendingMs: pendingMs(desired, nowMs) }) : {}),
    stale: isStale(report, presence, liveness),
    ...livenessFacts(liveness),
  };
  const regressed =
    (report && rejectionOf(report.value)?.reason) ?? (alone ? undefined : regression(desired, report?.value));
  const whole = regressed === undefined ? partial : { ...partial, regressed };
  const converged = hasConverged(whole);
  const reason = converged && whole.drift.length === 0 ? restReason(whole) : reasonFor(whole);
  return { ...whole, converged, ...(reason === undefined ? {} : { reason }) };
}

function stateOf(desired: DesiredService | undefined, report: ObservedService | undefined): ShownState {
  if (report === undefined) return "pending";
  if (desired === undefined) return report.state === "removed" ? "removed" : "degraded";
  if (rejectionOf(report)?.writeId === desired.writeId) return "blocked";
  if ((report.accepted?.generation ?? 0) < desired.generation) return "pending";
  if (regression(desired, report) !== undefined) return "degraded";
  const applied = report.appliedGeneration >= desired.generation;
  return !applied && QUIET_STATES.has(report.state) ? "progressing" : report.state;
}

/** What the bus has lost, or has otherwise than the node accepted it. The node keeps what it accepted. */
function regression(desired: DesiredService | undefined, report: ObservedService | undefined): string | undefined {
  const accepted = report?.accepted;
  if (report === undefined || accepted === null || accepted === undefined) return undefined;
  if (desired === undefined) {
    return report.state === "removed" ? undefined : "the bus has no desired state for it; the node keeps it running";
  }
  if (accepted.generation > desired.generation)
    return `the node has already accepted generation ${accepted.generation}`;
  return sameState(desired, accepted) ? undefined : `the node accepted another generation ${accepted.generation}`;
}

function sameState(desired: DesiredService, accepted: StateRef): boolean {
  return accepted.generation < desired.generation || documentHash(desired) === accepted.hash;
}

function desiredFacts(desired: DesiredService): NonNullable<ServiceStatus["desired"]> {
  const { generation, author, at, command, message } = desired;
  const retired = isTombstone(desired);
  const active = !isTombstone(desired) && desired.spec.active;
  const stoppedHere = isTombstone(desired) ? undefined : desired.stoppedHere;
  return { generation, author, at, command, active, retired, ...present({ message, stoppedHere }) };
}

function reportFacts(report: Aged<ObservedService> | undefined) {
  if (report === undefined) return { components: [], drift: [], blocked: [] };
  const { accepted, appliedGeneration, drift, blocked, failure } = report.value;
  return {
    ...(accepted === null ? {} : { acceptedGeneration: accepted.generation }),
    ...(appliedGeneration === 0 ? {} : { appliedGeneration }),
    reportAgeMs: report.ageMs,
    components: withCurrentSteps(report.value),
    drift,
    blocked,
    ...(failure === undefined ? {} : { failure }),
  };
}

function livenessFacts({ liveness, lastSeenMs, clockAheadMs, storeProblem }: NodeLiveness) {
  return { liveness, ...present({ lastSeenMs, clockAheadMs, storeProblem }) };
}

function isStale(
  report: Aged<ObservedService> | undefined,
  presence: Aged<Presence> | undefined,
  { liveness }: NodeLiveness,
): boolean {
  if (report === undefined) return false;
  return liveness !== "online" || report.value.boot !== presence?.value.boot;
}

function hasConverged(status: Omit<ServiceStatus, "converged" | "reason">): boolean {
  const { state, stale, drift, blocked, regressed } = status;
  const quiet = QUIET_STATES.has(state) && drift.every(isReportedOnly) && blocked.length === 0;
  return quiet && !stale && regressed === undefined;
}

/** A tombstone that its node has applied, or a report of a removal without desired state. */
function isGone({ state, desired, regressed }: ServiceStatus): boolean {
  return state === "removed" && desired?.retired !== false && regressed === undefined;
}

/** Undefined for a date that cannot be read. */
function pendingMs({ at }: DesiredService, nowMs: number): number | undefined {
  const ms = msSince(at, nowMs);
  return Number.isNaN(ms) ? undefined : ms;
}
