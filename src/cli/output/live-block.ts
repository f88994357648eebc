/**
 * Lines at the end of a terminal that are redrawn in place. The cursor stays below them and is never hidden, so the
 * terminal is in order however the program ends. No line may be wider than the terminal; one that became narrower since
 * has broken them, and each then takes several rows.
 */
import type { Writable } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import { type Sized, widthOf } from "../../terminal/width.ts";

export interface LiveBlock {
  /** Shows these lines in place of those drawn before. */
  draw(lines: readonly string[]): void;
  /** Lets `write` put lines of its own above the block. */
  above(write: () => void): void;
  /** What was drawn stays; the next block begins below. */
  settle(): void;
}

export function createLiveBlock(stream: Writable & Sized): LiveBlock {
  const drawn: string[] = [];
  const erase = () => {
    if (drawn.length > 0) stream.write(`\u001b[${rowsOf(drawn, widthOf(stream))}A\u001b[0J`);
  };
  const show = () => {
    if (drawn.length > 0) stream.write(`${drawn.join("\n")}\n`);
  };
  return {
    draw: (lines) => {
      erase();
      drawn.splice(0, drawn.length, ...lines);
      show();
    },
    above: (write) => {
      erase();
      write();
      show();
    },
    settle: () => {
      drawn.length = 0;
    },
  };
}

/** Rows that the lines take at this width. */
function rowsOf(lines: readonly string[], width = Number.POSITIVE_INFINITY): number {
  const lengths = lines.map((line) => [...stripVTControlCharacters(line)].length);
  return lengths.reduce((sum, length) => sum + Math.max(1, Math.ceil(length / width)), 0);
}
