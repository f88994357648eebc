/**
 * Where a command prints: the result on stdout, everything else on stderr. Each call is one line, whatever its text:
 * characters that could control a terminal or start a line are shown escaped (cell.ts), on a pipe as well, because its
 * reader is often a terminal in the end. On a terminal styles become colors.
 */
import type { Writable } from "node:stream";
import picocolors from "picocolors";
import { type Cell, cutTo, textOf } from "../../terminal/cell.ts";
import { USUAL_COLUMNS, widthOf } from "../../terminal/width.ts";
import { wrapCells } from "../../terminal/wrap.ts";
import { createLiveBlock } from "./live-block.ts";
import { type Columns, tableLines } from "./table.ts";

/** A stream that may be a terminal. */
export type Terminal = Writable & { readonly isTTY?: boolean; readonly columns?: number; readonly rows?: number };

/** For a terminal that does not report its size. */
const USUAL_ROWS = 24;

export interface OutputOptions {
  readonly stdout: Terminal;
  readonly stderr: Terminal;
  readonly env: NodeJS.ProcessEnv;
  readonly color: boolean;
  readonly quiet: boolean;
}

export interface Output {
  /** One line of the result. */
  print(...cells: readonly Cell[]): void;
  /** One line of the result that is prose; a terminal gets it broken between words. */
  text(...cells: readonly Cell[]): void;
  /** The same, with `indent` blanks before every line but the first: below what the first line's label belongs to. */
  hanging(indent: number, ...cells: readonly Cell[]): void;
  /** The result as aligned columns; unless `wide`, they fit the terminal. */
  table(columns: Columns, rows: readonly (readonly Cell[])[], options?: { readonly wide?: boolean }): void;
  /** The result as one JSON document. */
  document(value: unknown): void;
  /** One line of JSON of a result that has no end. */
  record(value: unknown): void;
  /** Resolves when stdout takes more; await it in long loops. */
  drained(): Promise<void>;
  /** Something worth knowing, on stderr; silent with `--quiet`. */
  note(...cells: readonly Cell[]): void;
  /** A problem that did not stop the command, on stderr. */
  warn(...cells: readonly Cell[]): void;
  /** One line on stderr, with any options. */
  complain(...cells: readonly Cell[]): void;
  /** Characters in a line of stdout; undefined where it is not a terminal. */
  readonly width: number | undefined;
  /** True where lines on stderr may be redrawn. */
  readonly canRedraw: boolean;
  /**
   * Shows these lines at the end of stderr, in place of those of the last call; only where `canRedraw`. Of too many
   * lines the last are shown, or the first.
   */
  redraw(lines: readonly (readonly Cell[])[], options?: { readonly keep: "first" | "last" }): void;
  /** Keeps the lines drawn last. */
  settle(): void;
}

export function createOutput(options: OutputOptions): Output {
  const { stdout, stderr, quiet } = options;
  const paintOut = linePainter(stdout, options);
  const paintErr = linePainter(stderr, options);
  const live = createLiveBlock(stderr);
  // All lines in one write: each is a system call, and a reader never sees half a table of a command that was stopped.
  const out = (lines: readonly (readonly Cell[])[]) => {
    if (lines.length > 0) stdout.write(lines.map((cells) => `${paintOut(cells)}\n`).join(""));
  };
  const err = (cells: readonly Cell[]) =>
    live.above(() => {
      for (const line of wrapped(cells, stderr)) stderr.write(`${paintErr(line)}\n`);
    });
  return {
    print: (...cells) => out([cells]),
    text: (...cells) => out(wrapped(cells, stdout)),
    hanging: (indent, ...cells) => out(wrapped(cells, stdout, indent)),
    table: (columns, rows, { wide = false } = {}) => out(tableLines(columns, rows, wide ? undefined : widthOf(stdout))),
    document: (value) => stdout.write(`${jsonText(value, 2)}\n`),
    record: (value) => stdout.write(`${jsonText(value)}\n`),
    drained: () => drained(stdout),
    note: (...cells) => {
      if (!quiet) err(cells);
    },
    warn: (...cells) => err([{ text: "warning: ", style: "yellow" }, ...cells]),
    complain: (...cells) => err(cells),
    canRedraw: stderr.isTTY === true && !quiet && options.env["TERM"] !== "dumb",
    redraw: (lines, { keep } = { keep: "last" }) => live.draw(fitting(lines, stderr, keep).map(paintErr)),
    get width() {
      return widthOf(stdout);
    },
    settle: () => live.settle(),
  };
}

/** Cells as one line, colored as this stream wants them. */
function linePainter(stream: Terminal, { env, color }: OutputOptions): (cells: readonly Cell[]) => string {
  const isTerminal = stream.isTTY === true;
  const wanted = color && isTerminal && !env["NO_COLOR"] && env["TERM"] !== "dumb";
  const paint = picocolors.createColors(wanted);
  const show = (cell: Cell): string => {
    if (typeof cell === "object" && "raw" in cell && !isTerminal) return cell.raw.replaceAll("\n", "\\n");
    const text = textOf(cell);
    return typeof cell === "object" && "style" in cell ? paint[cell.style](text) : text;
  };
  return (cells) => cells.map(show).join("");
}

function wrapped(cells: readonly Cell[], stream: Terminal, indent?: number): Cell[][] {
  const width = widthOf(stream);
  return width === undefined ? [[...cells]] : wrapCells(cells, { width, ...(indent === undefined ? {} : { indent }) });
}

/** What fits on the terminal: the last or the first lines, each cut to its width. */
function fitting(lines: readonly (readonly Cell[])[], { columns, rows }: Terminal, keep: "first" | "last"): Cell[][] {
  const height = Math.max(1, (rows || USUAL_ROWS) - 1);
  const width = (columns || USUAL_COLUMNS) - 1;
  const shown = keep === "last" || lines.length <= height ? lines.slice(-height) : firstOf(lines, height);
  return shown.map((line) => cutTo(width, line));
}

function firstOf(lines: readonly (readonly Cell[])[], height: number): (readonly Cell[])[] {
  const shown = lines.slice(0, height - 1);
  return [...shown, [`… ${lines.length - shown.length} more lines`]];
}

/** DEL, C1 and direction marks are legal in JSON and dangerous on a terminal, so they are escaped as well. */
function jsonText(value: unknown, indent = 0): string {
  return JSON.stringify(value, null, indent).replaceAll(
    /[\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function drained(stream: Terminal): Promise<void> {
  if (!stream.writableNeedDrain || stream.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      stream.off("drain", done).off("close", done).off("error", done);
      resolve();
    };
    stream.on("drain", done).on("close", done).on("error", done);
  });
}
