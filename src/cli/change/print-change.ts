/** How changes look to people: what is about to change, then how it ended on each node, and the exit code of it all. */

import type { ChangeResult } from "../../schemas/output/json-change-output.ts";
import type { ErrorCode } from "../../values/error-codes.ts";
import { EXIT, EXIT_OF, type ExitCode } from "../context/exit-codes.ts";
import { type StyleName, styled } from "../output/cell.ts";
import type { Output } from "../output/output.ts";
import { differenceLine } from "../output/words.ts";
import type { Target } from "./execute-changes.ts";

const OUTCOMES = {
  converged: { style: "green", exit: EXIT.done },
  unchanged: { style: "green", exit: EXIT.done },
  written: { style: "green", exit: EXIT.done },
  pending: { style: "yellow", exit: EXIT.timedOut },
  failed: { style: "red", exit: EXIT.nodeFailed },
  superseded: { style: "yellow", exit: EXIT.conflict },
  unwritten: { style: "red", exit: EXIT.partlyFailed },
} as const satisfies Record<ChangeResult["outcome"], { style: StyleName; exit: ExitCode }>;

export function printTargets(out: Output, targets: readonly Target[]): void {
  for (const { survey, change } of targets) {
    if (change.document === undefined) continue;
    out.note(`${survey.service}@${survey.node}: generation ${change.before} → ${change.document.generation}`);
    for (const difference of change.differences) out.note(...differenceLine(difference));
  }
}

/** @param verb for the hint of how to try it again */
export function printResults(out: Output, results: readonly ChangeResult[], verb: string): void {
  for (const result of results) {
    const { service, node, outcome, message } = result;
    out.print(`${service}@${node}: `, styled(OUTCOMES[outcome].style, message));
    for (const line of lastLines(result)) out.complain(line);
    const hint = hintFor(result, verb);
    if (hint !== undefined) out.complain(styled("cyan", "hint: "), hint);
  }
}

function lastLines({ service, failure }: ChangeResult): string[] {
  if (failure === undefined) return [];
  const { component, exitCode, lines } = failure;
  const code = exitCode === undefined ? "" : ` (exit code ${exitCode})`;
  if (lines.length === 0) return exitCode === undefined ? [] : [`${service}/${component} said nothing${code}`];
  return [`last lines of ${service}/${component}${code}:`, ...lines.map((line) => `  | ${line}`)];
}

function hintFor({ service, node, outcome, failure, error }: ChangeResult, verb: string): string | undefined {
  if (error !== undefined) return error.hint;
  if (outcome === "superseded" || outcome === "pending")
    return `see how it goes on with \`mcp status ${service}@${node}\``;
  if (outcome !== "failed") return undefined;
  if (failure === undefined || verb !== "deploy") return `\`mcp status ${service}@${node}\` tells more`;
  const logs = `\`mcp logs ${service}/${failure.component}@${node}\` shows what runs there now`;
  return `mend the cause and deploy again, or try the same once more with \`mcp deploy ${service} --retry\`; ${logs}`;
}

/** What did not work decides: the code all failures agree on when nothing worked, 8 when something did. Waiting is no failure. */
export function exitOf(results: readonly ChangeResult[]): ExitCode {
  const codes = [...new Set(results.map(exitOfOne))];
  const failures = codes.filter((code) => code !== EXIT.done && code !== EXIT.timedOut);
  if (failures.length > 0) return codes.length === 1 ? (codes[0] ?? EXIT.done) : EXIT.partlyFailed;
  return codes.includes(EXIT.timedOut) ? EXIT.timedOut : EXIT.done;
}

function exitOfOne({ outcome, error }: ChangeResult): ExitCode {
  if (error !== undefined && isKnown(error.code)) return EXIT_OF[error.code];
  return OUTCOMES[outcome].exit;
}

function isKnown(code: string): code is ErrorCode {
  return Object.hasOwn(EXIT_OF, code);
}
