/** What there is to say when a change changes nothing: how the state that stands already is doing. Pure. */
import type { ChangeResult } from "../../schemas/json-output.ts";
import { statusOf } from "../status/summarise.ts";
import type { NodeSurvey } from "./survey.ts";

export function unchangedResult(survey: NodeSurvey): ChangeResult {
  const { service, node, stored, observed, presence } = survey;
  const generation = stored?.document.generation ?? 0;
  const facts = { service, node, generation, before: generation, differences: [] };
  const status = statusOf({ desired: stored?.document, report: observed, presence, nowMs: Date.now() });
  const nothing = `nothing to change: generation ${generation}`;
  if (status?.failure !== undefined && status.failure.generation === generation && !status.converged) {
    const message = `${nothing} failed: ${status.failure.message} (\`--retry\` tries it again)`;
    return { ...facts, outcome: "failed", message, failure: status.failure };
  }
  if (status?.state === "pending") return { ...facts, outcome: "pending", message: `${nothing} waits for ${node}` };
  return { ...facts, outcome: "unchanged", message: `${nothing} is ${status?.state ?? "unknown"}` };
}
