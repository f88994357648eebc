/** Prints the checks of a program's doctor, as a table or as JSON. */
import type { DoctorCheck, DoctorOutput } from "../schemas/output/doctor-output.ts";
import { textOf } from "../terminal/cell.ts";
import { checkLines, worstResult } from "../terminal/check-lines.ts";
import { widthOf } from "../terminal/width.ts";

/** @returns the exit code: 1 when a check failed; warnings leave it at 0 */
export function printChecks(checks: readonly DoctorCheck[], json: boolean): number {
  const result = worstResult(checks);
  const text = json ? `${JSON.stringify({ result, checks } satisfies DoctorOutput, null, 2)}\n` : table(checks);
  process.stdout.write(text);
  return result === "fail" ? 1 : 0;
}

/** At a terminal no line is broken within a word. */
function table(checks: readonly DoctorCheck[]): string {
  const lines = checkLines(checks, widthOf(process.stdout)).map((line) => line.map(textOf).join(""));
  return `${lines.join("\n")}\n`;
}
