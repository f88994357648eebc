/** Prints the checks of a program's doctor, as a table or as JSON. */
import type { CheckResult, DoctorCheck, DoctorOutput } from "../schemas/output/doctor-output.ts";

/** @returns the exit code: 1 when a check failed; warnings leave it at 0 */
export function printChecks(checks: readonly DoctorCheck[], json: boolean): number {
  const result = worst(checks);
  const text = json ? `${JSON.stringify({ result, checks } satisfies DoctorOutput, null, 2)}\n` : table(checks);
  process.stdout.write(text);
  return result === "fail" ? 1 : 0;
}

function table(checks: readonly DoctorCheck[]): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  const lines = checks.flatMap(({ name, result, message, remedy }) => [
    `${result.padEnd(4)}  ${name.padEnd(width)}  ${message}`,
    ...(remedy === undefined ? [] : [`${" ".repeat(width + 6)}  → ${remedy}`]),
  ]);
  return `${lines.join("\n")}\n`;
}

function worst(checks: readonly DoctorCheck[]): CheckResult {
  const results = new Set(checks.map(({ result }) => result));
  return (["fail", "warn", "ok"] as const).find((result) => results.has(result)) ?? "ok";
}
