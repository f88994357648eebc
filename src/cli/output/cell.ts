/**
 * A piece of text and how it shall look. What a command prints is made of these: text may come from anywhere (nodes,
 * containers, registries), so on a terminal it loses its control characters, and only our own styles add some.
 */
export type StyleName = "bold" | "dim" | "red" | "green" | "yellow" | "blue" | "magenta" | "cyan";

export interface StyledText {
  readonly text: string;
  readonly style: StyleName;
}

export type Cell = string | number | StyledText;

export function styled(style: StyleName, text: string | number): StyledText {
  return { style, text: String(text) };
}

export function textOf(cell: Cell): string {
  return typeof cell === "object" ? cell.text : String(cell);
}

/**
 * Escape sequences by ECMA-48: CSI (`ESC [ … m`), strings up to their end (`ESC ] title BEL`), all others. A string
 * without an end is none, so that it hides nothing. (node:util's stripVTControlCharacters eats text before a bell.)
 */
const SEQUENCES =
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|\u001b[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b[ -/]*[0-OQ-WYZ\\`-~]/g;

/** C0 and C1 controls, and the marks that turn the direction of text (which can make one line look like another). */
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

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
    [...harmless(textOf(cell))].map((text) => (typeof cell === "object" ? { ...cell, text } : text)),
  );
  if (characters.length <= width) return [...cells];
  return [...characters.slice(0, Math.max(0, width - 1)), "…"];
}
