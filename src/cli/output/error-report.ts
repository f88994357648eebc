/**
 * What is shown of a failure: `error: what, on which thing (code)`, its causes, `hint: what to do`. A thing that is no
 * McpError is a defect of ours and keeps its stack. Pure.
 */

import type { ErrorOutput } from "../../schemas/output/error-output.ts";
import type { FieldDifference } from "../../schemas/service/drift.ts";
import { withoutEnv } from "../../schemas/service/redact.ts";
import { type Cell, styled } from "../../terminal/cell.ts";
import { McpError, reasonIn } from "../../values/error.ts";
import { ERROR_HINTS, type ErrorCode } from "../../values/error-codes.ts";
import { type TimeStyle, withShownTimes } from "./time.ts";
import { differenceLine } from "./words.ts";

export interface ErrorReport {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string;
  readonly details?: unknown;
  /** Messages of the causes, outermost first, those left out that the message already contains. */
  readonly causes: readonly string[];
  /** Only of defects. */
  readonly stack?: string;
}

export function reportOf(error: unknown): ErrorReport {
  if (!(error instanceof McpError)) return bugReport(error);
  const { code, message, hint, details } = error;
  return {
    code,
    message,
    hint,
    causes: causesOf(error, message),
    ...(details === undefined ? {} : { details: withoutEnv(details) }),
  };
}

function bugReport(error: unknown): ErrorReport {
  const message = error instanceof Error ? error.message || error.name : String(error);
  const stack = error instanceof Error ? error.stack : undefined;
  const base = { code: "E_BUG", message, hint: ERROR_HINTS.E_BUG, causes: causesOf(error, message) } as const;
  return stack === undefined ? base : { ...base, stack };
}

function causesOf(error: unknown, said: string): string[] {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause === undefined) return [];
  const message = cause instanceof Error ? cause.message || cause.name : String(cause);
  const reason = cause instanceof Error && cause.cause === undefined ? reasonIn(said, cause) : message;
  const own = reason === "" || said.includes(reason) ? [] : [reason];
  return [...own, ...causesOf(cause, `${said}\n${message}`)];
}

/** Whose messages and hints are lists of ours, a line each; in others a line end is somebody's text. */
const LISTS: readonly string[] = ["E_DEFINITION", "E_CONFIG", "E_BUG"] satisfies ErrorCode[];

/** The lines of an error's message or hint that are lines of ours. */
export function ownLines(code: string | undefined, text: string): string[] {
  return code !== undefined && LISTS.includes(code) ? text.split("\n") : [text];
}

/** The report as lines for people. */
export function errorLines(report: ErrorReport, times: TimeStyle): Cell[][] {
  const [first = "", ...more] = ownLines(report.code, withShownTimes(report.message, times));
  const [hint = "", ...example] = ownLines(report.code, withShownTimes(report.hint, times));
  return [
    [styled("red", "error: "), first, styled("dim", ` (${report.code})`)],
    ...more.map((line) => [`  ${line}`]),
    ...differencesIn(report.details).map(differenceLine),
    ...report.causes.flatMap((cause) => withShownTimes(cause, times).split("\n")).map((line) => ["  because: ", line]),
    ...(report.stack ?? "")
      .split("\n")
      .slice(1)
      .map((line) => [styled("dim", line)]),
    [styled("cyan", "hint: "), hint],
    ...example.map((line) => [line]),
  ];
}

/** Of a conflict: what the refused change would have changed. */
function differencesIn(details: unknown): FieldDifference[] {
  if (typeof details !== "object" || details === null || !("differences" in details)) return [];
  return Array.isArray(details.differences) ? details.differences.filter(isDifference) : [];
}

function isDifference(value: unknown): value is FieldDifference {
  if (typeof value !== "object" || value === null) return false;
  return ["field", "want", "have"].every((member) => typeof Reflect.get(value, member) === "string");
}

/** The report as the one JSON document that `--json` puts on stderr. */
export function errorDocument(report: ErrorReport): ErrorOutput {
  const { code, message, hint, causes, details, stack } = report;
  return {
    error: {
      code,
      message,
      hint,
      causes,
      ...(details === undefined ? {} : { details }),
      ...(stack === undefined ? {} : { stack }),
    },
  };
}
