/**
 * A piece of text and its style: what commands print. Text may come from nodes, containers, other operators, registries
 * or arguments, so it must not control a terminal or start a line: such characters are shown escaped. Only our own styles
 * and line ends take effect.
 */
export type StyleName = "bold" | "dim" | "red" | "green" | "yellow" | "blue" | "magenta" | "cyan";

export interface StyledText {
  readonly text: string;
  readonly style: StyleName;
}

/** What a container printed, in one line: unchanged on a pipe, made harmless on a terminal. */
export interface RawText {
  readonly raw: string;
}

export type Cell = string | number | StyledText | RawText;

export function styled(style: StyleName, text: string | number): StyledText {
  return { style, text: String(text) };
}

/** The text of a cell as it is shown at a terminal. */
export function textOf(cell: Cell): string {
  if (typeof cell !== "object") return escaped(String(cell));
  return "raw" in cell ? harmless(cell.raw) : escaped(cell.text);
}

/**
 * Escape sequences by ECMA-48: CSI (`ESC [ … m`), strings up to their end (`ESC ] title BEL`), all others. A string
 * without an end does not count, so that it cannot hide text. (node:util's stripVTControlCharacters eats text before a bell.)
 */
const SEQUENCES =
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|\u001b[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b[ -/]*[0-OQ-WYZ\\`-~]/g;

/**
 * C0 and C1 controls, line separators, the marks that change the direction of text (which can make one line look like
 * another), and halves of characters.
 */
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]/gu;

const NAMED: ReadonlyMap<string, string> = new Map([
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
]);

/** `text` as one line in which everything that is not a visible character is spelled out: `\n`, `\x1b`, `\u202e`. */
export function escaped(text: string): string {
  return text.replaceAll(UNSAFE, (character) => NAMED.get(character) ?? escapeOf(character.charCodeAt(0)));
}

function escapeOf(code: number): string {
  const digits = code.toString(16);
  return code <= 0xff ? `\\x${digits.padStart(2, "0")}` : `\\u${digits.padStart(4, "0")}`;
}

/** `text` as one harmless line: escape sequences gone, tabs and line ends as blanks, other controls gone. */
export function harmless(text: string): string {
  return text
    .replaceAll(SEQUENCES, "")
    .replaceAll(/[\t\n\r]+/g, " ")
    .replaceAll(UNSAFE, "");
}

/** The line as far as it fits into `width` characters; what is cut ends in `…`. */
export function cutTo(width: number, cells: readonly Cell[]): Cell[] {
  const characters = cells.flatMap((cell) =>
    [...textOf(cell)].map((text) => (typeof cell === "object" && "style" in cell ? { ...cell, text } : text)),
  );
  if (characters.length <= width) return [...cells];
  return [...characters.slice(0, Math.max(0, width - 1)), "…"];
}

/** The cell in at most `width` characters, with `…` in the middle: the ends of names tell them apart. */
export function shortenedTo(width: number, cell: Cell): Cell {
  const characters = [...textOf(cell)];
  if (characters.length <= width) return cell;
  const head = Math.ceil((width - 1) / 2);
  const tail = width - 1 - head;
  const text = `${characters.slice(0, head).join("")}…${tail > 0 ? characters.slice(-tail).join("") : ""}`;
  return typeof cell === "object" && "style" in cell ? { ...cell, text } : text;
}
