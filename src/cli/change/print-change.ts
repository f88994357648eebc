/** How changes look to people: the differences first, a line for each step, then how it ended. */
import type { FieldDifference } from "../../schemas/drift.ts";
import type { ChangeResult } from "../../schemas/json-output.ts";
import type { NodeName } from "../../schemas/names.ts";
import type { Step } from "../../schemas/observed.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { type Cell, type StyleName, styled } from "../output/cell.ts";
import type { Output } from "../output/output.ts";

const OUTCOMES = {
  converged: { style: "green", exit: EXIT.done },
  unchanged: { style: "green", exit: EXIT.done },
  written: { style: "green", exit: EXIT.done },
  pending: { style: "yellow", exit: EXIT.timedOut },
  failed: { style: "red", exit: EXIT.nodeFailed },
  superseded: { style: "yellow", exit: EXIT.conflict },
} as const satisfies Record<ChangeResult["outcome"], { style: StyleName; exit: ExitCode }>;

/** `components.api.image: v1 → v2`, indented. */
export function differenceLine({ field, want, have }: FieldDifference): Cell[] {
  return ["  ", styled("bold", field), ": ", styled("red", have), " → ", styled("green", want)];
}

export function stepLine(node: NodeName, { component, step, detail }: Step): Cell[] {
  return ["  ", styled("dim", node), ` ${component}: ${step}`, detail === undefined ? "" : ` ${detail}`];
}

export function printResults(out: Output, results: readonly ChangeResult[]): void {
  for (const { service, node, outcome, message, failure } of results) {
    out.print(`${service}@${node}: `, styled(OUTCOMES[outcome].style, message));
    if (failure === undefined) continue;
    if (failure.lines.length > 0) out.note(`last lines of ${service}/${failure.component}:`);
    for (const line of failure.lines) out.note("  | ", line);
    out.note(styled("bold", "hint: "), "mend the cause, then deploy again; `--retry` repeats the same definition");
  }
}

/** The code all agree on, or 8 when some nodes did and some did not. */
export function exitOf(results: readonly ChangeResult[]): ExitCode {
  const codes = [...new Set(results.map(({ outcome }) => OUTCOMES[outcome].exit))];
  return codes.length === 1 ? (codes[0] ?? EXIT.done) : EXIT.partlyFailed;
}
