/** Prints a change: what is about to change, then the result on each node. Also the exit code of all results. */

import type { ChangeResult } from "../../schemas/output/change-output.ts";
import { specOf } from "../../schemas/service/desired.ts";
import type { Failure } from "../../schemas/service/observed.ts";
import { type StyleName, styled } from "../../terminal/cell.ts";
import type { ErrorCode } from "../../values/error-codes.ts";
import type { ServiceName } from "../../values/names.ts";
import { EXIT, EXIT_OF, type ExitCode } from "../context/exit-codes.ts";
import type { Output } from "../output/output.ts";
import { type TimeStyle, withShownTimes } from "../output/time.ts";
import { canRetry } from "../status/failure-advice.ts";
import { changeLines } from "./change-lines.ts";
import type { PlannedChange } from "./execute-changes.ts";

const OUTCOMES = {
  converged: { style: "green", exit: EXIT.done },
  unchanged: { style: "green", exit: EXIT.done },
  written: { style: "green", exit: EXIT.done },
  pending: { style: "yellow", exit: EXIT.timedOut },
  failed: { style: "red", exit: EXIT.nodeFailed },
  superseded: { style: "yellow", exit: EXIT.conflict },
  unwritten: { style: "red", exit: EXIT.partlyFailed },
} as const satisfies Record<ChangeResult["outcome"], { style: StyleName; exit: ExitCode }>;

export function printTargets(out: Output, targets: readonly PlannedChange[]): void {
  for (const { snapshot, change } of targets) {
    if (change.document === undefined) continue;
    const { before, document, differences } = change;
    const what =
      before === 0
        ? `new service (generation ${document.generation})`
        : `generation ${before} → ${document.generation}`;
    out.note(`${snapshot.service}@${snapshot.node}: ${what}`);
    const want = specOf({ document });
    for (const line of changeLines({ want, have: specOf(snapshot.stored), differences })) out.note(...line);
  }
}

export interface ResultStyle extends TimeStyle {
  /** The command, for the hint how to try again. */
  readonly verb: string;
}

export function printResults(out: Output, results: readonly ChangeResult[], { verb, ...times }: ResultStyle): void {
  for (const result of results) {
    const { service, node, outcome, message } = result;
    out.text(`${service}@${node}: `, styled(OUTCOMES[outcome].style, withShownTimes(message, times)));
    for (const line of lastLines(result)) out.complain(line);
    const hint = hintFor(result, verb);
    if (hint !== undefined) out.complain(styled("cyan", "hint: "), hint);
  }
}

function lastLines({ service, failure }: ChangeResult): string[] {
  if (failure === undefined) return [];
  const { component, exitCode, lines } = failure;
  const code = exitCode === undefined ? "" : ` (exit code ${exitCode})`;
  if (lines.length === 0) return exitCode === undefined ? [] : [`${service}/${component} printed nothing${code}`];
  return [`last lines of ${service}/${component}${code}:`, ...lines.map((line) => `  | ${line}`)];
}

function hintFor(result: ChangeResult, verb: string): string | undefined {
  const { service, node, outcome, failure, error, hint } = result;
  if (error !== undefined) return error.hint;
  if (outcome === "superseded" || outcome === "pending") {
    return [hint, `follow it with \`mcp status ${service}@${node}\``].filter((text) => text !== undefined).join("; ");
  }
  if (outcome !== "failed") return undefined;
  if (failure === undefined || verb !== "deploy") return hint ?? `see \`mcp status ${service}@${node}\``;
  return [hint, retryHint(service, failure), logsHint(result)].filter((text) => text !== undefined).join("; ");
}

function retryHint(service: ServiceName, failure: Failure): string {
  if (canRetry(failure)) return `when the cause is gone, repeat \`mcp deploy ${service}\``;
  return `change the definition and deploy again, or repeat without a change: \`mcp deploy ${service} --retry\``;
}

/** Only where the previous container is running: a failed one is removed. */
function logsHint({ service, node, failure }: ChangeResult): string | undefined {
  if (failure?.previousServing !== true) return undefined;
  return `\`mcp logs ${service}/${failure.component}@${node}\` shows the version that is running`;
}

/** The code of the failures if everything failed alike, 8 if only a part failed; 7 if something is pending; else 0. */
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
