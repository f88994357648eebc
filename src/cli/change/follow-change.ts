/**
 * Follows one change on one node until it has converged or cannot, from the node's own reports. Ends with an outcome,
 * never with an error for what the node did: what became of the other nodes is to be told as well.
 */
import type { OperatorBus } from "../../bus/ports/operator-bus.ts";
import type { DesiredService, StateRef } from "../../schemas/service/desired.ts";
import type { DriftKind } from "../../schemas/service/drift.ts";
import type { Blocked, Failure, ObservedService, Step } from "../../schemas/service/observed.ts";
import { driftText } from "../status/reason.ts";
import { refOf } from "./make-change.ts";

export type FollowOutcome =
  /** `remark`: something that is no part of this change is not as desired. */
  | { readonly kind: "converged"; readonly report: ObservedService; readonly remark?: string }
  | { readonly kind: "failed"; readonly message: string; readonly failure?: Failure }
  /** The node does not take it over: not signed by one who may. */
  | { readonly kind: "refused"; readonly message: string }
  | { readonly kind: "superseded"; readonly generation: number }
  /** `waitsFor`: the node's own words. */
  | { readonly kind: "pending"; readonly accepted: boolean; readonly waitsFor?: string };

export interface FollowOptions {
  readonly document: DesiredService;
  readonly timeoutMs: number;
  /** After this long without acceptance it is told, once. */
  readonly patienceMs: number;
  readonly signal: AbortSignal;
  onStep(step: Step): void;
  /** `waitsFor`: the node's own words, if it says anything. */
  onPatienceLost(waitsFor: string | undefined): void;
}

/** Blocks that do not go away by waiting. */
const LASTING: readonly Blocked["reason"][] = ["name-taken", "port-taken", "fight", "unsupported", "failed"];
/** Drift that is told, but is not in the way of a generation being carried out. */
const HARMLESS: readonly DriftKind[] = ["image-moved", "conflict"];

/** Subscribes at once, and reads what was reported before that. */
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
      const outcome = refusalOf(report, document) ?? judgeReport(report, refOf(document));
      if (outcome !== undefined) return outcome;
    }
  } catch (error) {
    if (!signal.aborted) throw error; // else it only says that following was ended
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
      state.waitsFor = report.regressed ?? blockedText(report);
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

/** A node reports its last steps each time, the oldest of many dropped. */
function isNew(shown: Set<string>, { component, step, at, detail }: Step): boolean {
  const key = JSON.stringify([component, step, at, detail]);
  const isFirst = !shown.has(key);
  shown.add(key);
  return isFirst;
}

function refusalOf({ refused, regressed }: ObservedService, { writeId }: DesiredService): FollowOutcome | undefined {
  return refused === writeId && regressed !== undefined ? { kind: "refused", message: regressed } : undefined;
}

/** Undefined while it goes on. @param ref the state that was written */
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
    return { kind: "failed", message: `${failure.component}: ${failure.message}`, failure };
  }
  const stuck = report.blocked.find((blocked) => LASTING.includes(blocked.reason));
  if (stuck !== undefined) return { kind: "failed", message: blockText(report, stuck) };
  return undefined;
}

/** Degraded by nothing but drift that only people can judge. */
export function isHarmless({ blocked, drift }: Pick<ObservedService, "blocked" | "drift">): boolean {
  return blocked.length === 0 && drift.length > 0 && drift.every(({ kind }) => HARMLESS.includes(kind));
}

function blockedText(report: ObservedService): string | undefined {
  const [first] = report.blocked;
  return first === undefined ? undefined : blockText(report, first);
}

function blockText({ service }: ObservedService, { component, message }: Blocked): string {
  return `${component ?? service}: ${message}`;
}
