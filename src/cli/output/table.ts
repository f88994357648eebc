/**
 * Aligned columns without borders, two blanks between, so that `awk` and eyes both find them. On a terminal that is too
 * narrow, columns of little importance are left out and long cells are shortened. Pure.
 */
import { type Cell, shortenedTo, styled, textOf } from "../../terminal/cell.ts";

const GAP = 2;
/** As long as columns can still be left out, no cell is made shorter than this. */
const COMFORTABLE = 20;
/** The shortest that a cell is made at all. */
const SHORTEST = 6;

export interface Column {
  readonly name: string;
  /** On a narrow terminal the column with the highest rank is left out first; columns without a rank always stay. */
  readonly rank?: number;
}

export type Columns = readonly (string | Column)[];

type Rows = readonly (readonly Cell[])[];

/**
 * Lines of cells, each padded to its column's width; the last one of a line is not.
 * @param width characters of the terminal; undefined: everything, unshortened
 */
export function tableLines(columns: Columns, rows: Rows, width?: number): Cell[][] {
  const all = columns.map((column) => (typeof column === "string" ? { name: column } : column));
  const lines = [all.map(({ name }) => styled("bold", name)), ...rows];
  const natural = all.map((_, index) => lines.reduce((max, line) => Math.max(max, widthOf(line[index])), 0));
  if (width === undefined) return aligned(lines, natural);
  const kept = keptColumns(all, natural, width);
  const widths = shrunk(
    kept.map((index) => natural[index] ?? 0),
    width,
  );
  const short = lines.map((line) => kept.map((index, at) => shortenedTo(widths[at] ?? 0, line[index] ?? "")));
  return aligned(short, widths);
}

/** Indexes of the columns that stay. */
function keptColumns(columns: readonly Column[], natural: readonly number[], width: number): number[] {
  const kept = columns.map((_, index) => index);
  const isTooWide = () => total(kept.map((index) => Math.min(natural[index] ?? 0, COMFORTABLE))) > width;
  const leaving = kept
    .filter((index) => columns[index]?.rank !== undefined)
    .sort((a, b) => (columns[b]?.rank ?? 0) - (columns[a]?.rank ?? 0));
  for (const index of leaving) {
    if (!isTooWide()) break;
    kept.splice(kept.indexOf(index), 1);
  }
  return kept;
}

/** The widest columns become narrower until all fit. */
function shrunk(natural: readonly number[], width: number): number[] {
  const widths = [...natural];
  for (let excess = total(widths) - width; excess > 0; excess -= 1) {
    const widest = Math.max(...widths);
    if (widest <= SHORTEST) break;
    widths[widths.indexOf(widest)] = widest - 1;
  }
  return widths;
}

function total(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, 0) + GAP * Math.max(0, widths.length - 1);
}

function aligned(lines: Rows, widths: readonly number[]): Cell[][] {
  return lines
    .map(withoutTrailingBlanks)
    .map((line) => line.flatMap((cell, index) => [cell, padding(line, index, widths[index] ?? 0)]));
}

function withoutTrailingBlanks(line: readonly Cell[]): readonly Cell[] {
  return line.slice(0, line.findLastIndex((cell) => textOf(cell) !== "") + 1);
}

function padding(line: readonly Cell[], index: number, width: number): string {
  return index === line.length - 1 ? "" : " ".repeat(width - widthOf(line[index]) + GAP);
}

/** Characters, not bytes; wide scripts are rare in names and only cost alignment. */
function widthOf(cell: Cell | undefined): number {
  return cell === undefined ? 0 : [...textOf(cell)].length;
}
