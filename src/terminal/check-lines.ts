/** The checks of a doctor as lines: result, name, message, and below it what fixes the problem. Pure. */
import type { CheckResult, DoctorCheck } from "../schemas/output/doctor-output.ts";
import { type Cell, type StyleName, styled } from "./cell.ts";
import { shellLines } from "./shell-lines.ts";
import { wrapCells } from "./wrap.ts";

const CHECK_STYLES = { ok: "green", warn: "yellow", fail: "red" } as const satisfies Record<CheckResult, StyleName>;

/** Columns of `ok`, `warn` or `fail`, and the gap after it. */
const RESULT_WIDTH = 6;
const ARROW = "→ ";

/** @param width of the terminal; undefined: no line is broken */
export function checkLines(checks: readonly DoctorCheck[], width: number | undefined): Cell[][] {
  const names = Math.max(...checks.map(({ name }) => name.length));
  const indent = RESULT_WIDTH + names + 2;
  return checks.flatMap(({ name, result, message, remedy }) => {
    const [first = "", ...more] = message.split("\n");
    const head = [styled(CHECK_STYLES[result], result.padEnd(RESULT_WIDTH)), name.padEnd(names + 2), first];
    return [
      ...broken(head, { width, indent }),
      ...more.flatMap((line) => broken([" ".repeat(indent), line], { width, indent })),
      ...(remedy?.split("\n") ?? []).flatMap((line) => remedyLines(line, { width, indent })),
    ];
  });
}

/** The result of all checks together. */
export function worstResult(checks: readonly DoctorCheck[]): CheckResult {
  const results = new Set(checks.map(({ result }) => result));
  return (["fail", "warn", "ok"] as const).find((result) => results.has(result)) ?? "ok";
}

interface Layout {
  readonly width: number | undefined;
  /** Blanks before the message. */
  readonly indent: number;
}

function broken(cells: readonly Cell[], { width, indent }: Layout): Cell[][] {
  return width === undefined ? [[...cells]] : wrapCells(cells, { width, indent });
}

/** A command stays one that can be copied; other text is broken between words. */
function remedyLines(remedy: string, { width, indent }: Layout): Cell[][] {
  const inner = indent + ARROW.length;
  if (width === undefined || !isCommand(remedy)) {
    return broken([" ".repeat(indent), styled("cyan", `${ARROW}${remedy}`)], { width, indent: inner });
  }
  return shellLines(remedy, width - inner).map((line, index) => [
    " ".repeat(index === 0 ? indent : inner),
    styled("cyan", index === 0 ? `${ARROW}${line}` : line),
  ]);
}

/** Prose has its commands in backquotes; a long command has options, or is several. */
function isCommand(remedy: string): boolean {
  return !remedy.includes("`") && / (&&|--?[a-z])/.test(remedy);
}
