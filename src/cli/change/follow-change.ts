/**
 * Follows one change on one node, by the reports of the node, until it has converged or has failed. A failure on the node
 * is an outcome and not an error, since the outcome of other nodes has to be shown too.
 */

import type { OperatorBus } from "../../bus/ports/operator-bus.ts";
import type { DesiredService, StateRef } from "../../schemas/service/desired.ts";
import type { DriftKind } from "../../schemas/service/drift.ts";
import type { Blocked, Failure, ObservedService, Step } from "../../schemas/service/observed.ts";
import { rejectionOf } from "../../schemas/service/rejection.ts";
import { present } from "../../values/present.ts";
import { blockCode, nodeHint, problemText } from "../status/failure-advice.ts";
import { driftText } from "../status/reason.ts";
import { refOf } from "./ancestry.ts";

export type FollowOutcome =
  /** `remark`: drift that is not part of this change. */
  | { readonly kind: "converged"; readonly report: ObservedService; readonly remark?: string }
  /** `hint`: what to do about a block; a failure has its own. */
  | { readonly kind: "failed"; readonly message: string; readonly failure?: Failure; readonly hint?: string }
  /** The node rejects the document, for example because its author may not write it. */
  | { readonly kind: "refused"; readonly message: string }
  | { readonly kind: "superseded"; readonly generation: number }
  | PendingOutcome;

export interface PendingOutcome {
  readonly kind: "pending";
  readonly accepted: boolean;
  /** What the node says it waits for. */
  readonly waitsFor?: string;
  /** What ends the wait. */
  readonly hint?: string;
}

export interface FollowOptions {
  readonly document: DesiredService;
  readonly timeoutMs: number;
  /** How long until `onPatienceLost` is called when the node has not accepted. */
  readonly patienceMs: number;
  readonly signal: AbortSignal;
  onStep(step: Step): void;
  /** `waitsFor`: what the node says it waits for. */
  onPatienceLost(waitsFor: string | undefined): void;
}

/** Blocks that do not go away by waiting. The other service may be about to free a port; where it keeps it, nothing is written. */
const LASTING: readonly Blocked["reason"][] = ["name-taken", "fight", "unsupported", "failed"];
/** Drift that is only reported: a generation converges in spite of it. */
const HARMLESS: readonly DriftKind[] = ["image-moved", "conflict"];

/** Subscribes, and reads the last report too. */
export async function followChange(bus: OperatorBus, options: FollowOptions): Promise<FollowOutcome> {
  const { document, timeoutMs, patienceMs } = options;
  const late = new AbortController();
  const signal = AbortSignal.any([options.signal, late.signal]);
  const progress = createProgress(options);
  const timers = [
    setTimeout(() => late.abort(), timeoutMs),
    setTimeout(() => !progress.isAccepted() && options.onPatienceLost(progress.waitsFor()), patienceMs),
  ];
  try {
    for await (const report of bus.followObserved(document.node, document.service, signal)) {
      progress.take(report);
      const outcome = refusedOutcome(report, document) ?? judgeReport(report, refOf(document));
      if (outcome !== undefined) return outcome;
    }
  } catch (error) {
    if (!signal.aborted) throw error; // after an abort the error only says that following was stopped
  } finally {
    for (const timer of timers) clearTimeout(timer);
  }
  return progress.pending();
}

function createProgress({ document, onStep }: FollowOptions) {
  const ref = refOf(document);
  const shown = new Set<string>();
  const state: { accepted: boolean; waitsFor: string | undefined } = { accepted: false, waitsFor: undefined };
  return {
    take: (report: ObservedService) => {
      state.waitsFor = rejectionOf(report)?.reason ?? blockedText(report);
      if (report.accepted?.hash !== ref.hash) return;
      state.accepted = true;
      for (const step of report.steps.filter((one) => isNew(shown, one))) onStep(step);
    },
    isAccepted: () => state.accepted,
    waitsFor: () => state.waitsFor,
    pending: (): FollowOutcome => {
      const { accepted, waitsFor } = state;
      return { kind: "pending", accepted, ...(waitsFor === undefined ? {} : { waitsFor }) };
    },
  };
}

/** Every report repeats the last steps of the node. */
function isNew(shown: Set<string>, { component, step, at, detail }: Step): boolean {
  const key = JSON.stringify([component, step, at, detail]);
  const isFirst = !shown.has(key);
  shown.add(key);
  return isFirst;
}

function refusedOutcome(report: ObservedService, { writeId }: DesiredService): FollowOutcome | undefined {
  const rejection = rejectionOf(report);
  return rejection?.writeId === writeId ? { kind: "refused", message: rejection.reason } : undefined;
}

/** Undefined while the node is still working on it. @param ref the state that was written */
export function judgeReport(report: ObservedService, ref: StateRef): FollowOutcome | undefined {
  const { accepted, state, failure } = report;
  if (accepted === null || accepted.generation < ref.generation) return undefined;
  if (accepted.hash !== ref.hash) return { kind: "superseded", generation: accepted.generation };
  if (report.appliedGeneration >= ref.generation) {
    if (["converged", "stopped", "removed"].includes(state)) return { kind: "converged", report };
    if (state === "degraded" && isHarmless(report))
      return { kind: "converged", report, remark: report.drift.map(driftText).join("; ") };
  }
  if (state === "progressing") return undefined;
  if (failure?.generation === ref.generation) {
    return { kind: "failed", message: problemText(failure.component, failure), failure };
  }
  const stuck = report.blocked.find((blocked) => LASTING.includes(blocked.reason));
  if (stuck !== undefined) {
    const code = blockCode(stuck);
    return {
      kind: "failed",
      message: blockText(report, stuck),
      ...present({ hint: nodeHint({ ...stuck, ...present({ code }) }) }),
    };
  }
  return undefined;
}

/** True when the only reason to be degraded is drift that people have to judge. */
export function isHarmless({ blocked, drift }: Pick<ObservedService, "blocked" | "drift">): boolean {
  return blocked.length === 0 && drift.length > 0 && drift.every(({ kind }) => HARMLESS.includes(kind));
}

function blockedText(report: ObservedService): string | undefined {
  const [first] = report.blocked;
  return first === undefined ? undefined : blockText(report, first);
}

function blockText({ service }: ObservedService, blocked: Blocked): string {
  const { component, message } = blocked;
  const code = blockCode(blocked);
  return problemText(component ?? service, { message, ...present({ code }) });
}
