/**
 * Follows one change on one node until it has converged or cannot, from the node's own reports. Ends with an outcome,
 * never with an error: what became of the other nodes is to be told as well.
 */
import type { OperatorBus } from "../../bus/operator-bus.ts";
import type { DesiredService, StateRef } from "../../schemas/desired.ts";
import type { Failure, ObservedService, Step } from "../../schemas/observed.ts";
import { refOf } from "./make-change.ts";

export type FollowOutcome =
  | { readonly kind: "converged"; readonly report: ObservedService }
  | { readonly kind: "failed"; readonly message: string; readonly failure?: Failure }
  | { readonly kind: "superseded"; readonly generation: number }
  | { readonly kind: "pending"; readonly accepted: boolean };

export interface FollowOptions {
  readonly document: DesiredService;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  onStep(step: Step): void;
}

/** Blocks that do not go away by waiting. */
const LASTING = ["name-taken", "port-taken", "fight", "unsupported", "failed"];

/** Subscribes at the first `next()`: call it before writing, so that no report is missed. */
export async function followChange(bus: OperatorBus, options: FollowOptions): Promise<FollowOutcome> {
  const { document, timeoutMs, onStep } = options;
  const late = AbortSignal.timeout(timeoutMs);
  const signal = AbortSignal.any([options.signal, late]);
  const state = { accepted: false, shown: 0 };
  const ref = refOf(document);
  try {
    for await (const report of bus.followObserved(document.node, document.service, signal)) {
      if (report.accepted?.hash === ref.hash) {
        state.accepted = true;
        for (const step of report.steps.slice(state.shown)) onStep(step);
        state.shown = Math.max(state.shown, report.steps.length);
      }
      const outcome = judgeReport(report, ref);
      if (outcome !== undefined) return outcome;
    }
  } catch (error) {
    if (!late.aborted || options.signal.aborted) throw error;
  }
  return { kind: "pending", accepted: state.accepted };
}

/** Undefined while it goes on. @param ref the state that was written */
export function judgeReport(report: ObservedService, ref: StateRef): FollowOutcome | undefined {
  const { accepted, state, failure } = report;
  if (accepted === null || accepted.generation < ref.generation) return undefined;
  if (accepted.hash !== ref.hash) return { kind: "superseded", generation: accepted.generation };
  if (report.appliedGeneration >= ref.generation && ["converged", "stopped", "removed"].includes(state)) {
    return { kind: "converged", report };
  }
  if (state === "progressing") return undefined;
  if (failure?.generation === ref.generation) return { kind: "failed", message: failure.message, failure };
  const stuck = report.blocked.find((blocked) => LASTING.includes(blocked.reason));
  if (stuck !== undefined) return { kind: "failed", message: `${stuck.component ?? report.service}: ${stuck.message}` };
  return undefined;
}
