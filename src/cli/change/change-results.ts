/** The result of a change on one node, for people and programs. Pure. */
import type { ChangeOutcome, ChangeResult } from "../../schemas/output/change-output.ts";
import type { DesiredService } from "../../schemas/service/desired.ts";
import type { McpError } from "../../values/error.ts";
import { present } from "../../values/present.ts";
import { durationText } from "../output/age.ts";
import { nodeHint } from "../status/failure-advice.ts";
import { livenessOf } from "../status/node-liveness.ts";
import { livenessText } from "../status/reason.ts";
import type { FollowOutcome } from "./follow-change.ts";
import type { Change } from "./make-change.ts";
import type { NodeSnapshot } from "./read-snapshot.ts";

type Outcome = Pick<ChangeResult, "message" | "failure" | "hint" | "tookMs"> & { readonly outcome: ChangeOutcome };

export interface ChangedFacts {
  readonly snapshot: NodeSnapshot;
  readonly change: Change;
  readonly document: DesiredService;
}

/** @param tookMs milliseconds since it was written; undefined when this command did not write it */
export function followedResult(facts: ChangedFacts, outcome: FollowOutcome, tookMs: number | undefined): ChangeResult {
  return { ...base(facts), ...describe(facts.document, outcome, tookMs) };
}

export function writtenResult(facts: ChangedFacts): ChangeResult {
  const { generation } = facts.document;
  return { ...base(facts), outcome: "written", message: `written (generation ${generation}), not followed` };
}

/** Written for a node that is not online. */
export function absentResult(facts: ChangedFacts): ChangeResult {
  const nodeLiveness = livenessOf(facts.snapshot.node, facts.snapshot.presence);
  const when = nodeLiveness.liveness === "never-seen" ? "when it connects for the first time" : "when it is back";
  const message = `${livenessText(nodeLiveness)}: generation ${facts.document.generation} will be applied ${when}`;
  return { ...base(facts), outcome: "pending", message };
}

export function unwrittenResult({ snapshot, change }: Omit<ChangedFacts, "document">, error: McpError): ChangeResult {
  const { code, message, hint } = error;
  const { service, node } = snapshot;
  const { before, differences } = change;
  const facts = { service, node, generation: before, before, differences };
  return { ...facts, outcome: "unwritten", message, error: { code, message, hint } };
}

function base({ snapshot, change, document }: ChangedFacts) {
  const { service, node } = snapshot;
  return { service, node, generation: document.generation, before: change.before, differences: change.differences };
}

function describe({ generation, node }: DesiredService, outcome: FollowOutcome, tookMs: number | undefined): Outcome {
  switch (outcome.kind) {
    case "converged": {
      const what = outcome.remark === undefined ? outcome.report.state : "applied";
      const time = tookMs === undefined ? "" : ` in ${durationText(tookMs)}`;
      const remark = outcome.remark === undefined ? "" : `; ${outcome.remark}`;
      return {
        outcome: "converged",
        message: `${what}${time} (generation ${generation})${remark}`,
        ...present({ tookMs }),
      };
    }
    case "refused":
      return { outcome: "failed", message: outcome.message };
    case "superseded":
      return {
        outcome: "superseded",
        message: `generation ${generation} was superseded by generation ${outcome.generation}`,
      };
    case "pending": {
      const why = outcome.waitsFor === undefined ? "" : `: ${outcome.waitsFor}`;
      const message = outcome.accepted
        ? `still in progress (generation ${generation})${why}`
        : `${node} has not accepted generation ${generation} yet; it is stored and will be applied${why}`;
      return { outcome: "pending", message, ...present({ hint: outcome.hint }) };
    }
    case "failed": {
      const { failure } = outcome;
      const running = failure?.previousServing ? "; the previous version is still running" : "";
      const hint = outcome.hint ?? (failure && nodeHint(failure));
      const message = `generation ${generation} failed: ${outcome.message}${running}`;
      return { outcome: "failed", message, ...present({ failure, hint }) };
    }
  }
}
