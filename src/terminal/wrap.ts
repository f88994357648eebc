/**
 * Lines of cells broken between words, so that a terminal does not break them within one. What is in backquotes is a
 * command to copy and stays in one piece. A word that is longer than the line is left whole. Pure.
 */
import { type Cell, textOf } from "./cell.ts";

interface WrapOptions {
  /** Characters in a line. */
  readonly width: number;
  /** Blanks before every line but the first; default: 2 more than the first line has. */
  readonly indent?: number;
}

/** One word of the text, with the blanks before it and its parts in their styles. */
interface Word {
  readonly gap: Cell[];
  readonly cells: Cell[];
  readonly length: number;
  readonly gapLength: number;
}

/** The line as several, none longer than `width` unless one word is. */
export function wrapCells(cells: readonly Cell[], { width, indent }: WrapOptions): Cell[][] {
  if (lengthOf(cells) <= width) return [[...cells]];
  const words = wordsIn(cells);
  const hanging = indent ?? (words[0]?.gapLength ?? 0) + 2;
  const lines: Cell[][] = [];
  let line: Cell[] = [];
  let used = 0;
  for (const [index, word] of words.entries()) {
    const fits = index === 0 || used + word.gapLength + word.length <= width;
    if (!fits) lines.push(line);
    line = fits ? [...line, ...word.gap, ...word.cells] : [" ".repeat(hanging), ...word.cells];
    used = (fits ? used + word.gapLength : hanging) + word.length;
  }
  return [...lines, line];
}

/** Plain text as lines of at most `width` characters; line ends in it are blanks. */
export function wrapText(text: string, width: number): string[] {
  return wrapCells([text.trim().replaceAll(/\s+/g, " ")], { width, indent: 0 }).map((line) =>
    line.map(textOf).join("").trim(),
  );
}

/** The characters of cells as they are shown. */
export function lengthOf(cells: readonly Cell[]): number {
  return cells.reduce<number>((sum, cell) => sum + [...textOf(cell)].length, 0);
}

const PIECE = /`[^`]*`|[^ `]+|`| +/g;

function wordsIn(cells: readonly Cell[]): Word[] {
  const words: Word[] = [];
  let gap: Cell[] = [];
  let parts: Cell[] = [];
  const end = () => {
    if (parts.length > 0) words.push({ gap, cells: parts, length: lengthOf(parts), gapLength: lengthOf(gap) });
    if (parts.length > 0) gap = [];
    parts = [];
  };
  for (const cell of cells) {
    for (const piece of textOf(cell).match(PIECE) ?? []) {
      const styled: Cell = typeof cell === "object" && "style" in cell ? { text: piece, style: cell.style } : piece;
      if (piece.startsWith(" ")) {
        end();
        gap.push(styled);
      } else parts.push(styled);
    }
  }
  end();
  return words;
}
