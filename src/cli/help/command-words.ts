/** Which words of a command line name the command, and which commands they name. Pure. */
import type { Definition } from "clipanion";

/** Options of every command that take a value, which is then no word of the command's path. */
const COMMON_WITH_VALUE = ["--config", "--context"];

/** The words up to `--` that are not options, nor values of common options: path and arguments. */
export function wordsOf(argv: readonly string[]): string[] {
  return wordPositions(argv).map((index) => argv[index] ?? "");
}

/** The positions in `argv` of `wordsOf`. */
export function wordPositions(argv: readonly string[]): number[] {
  const end = argv.indexOf("--");
  const own = end === -1 ? argv : argv.slice(0, end);
  return own.flatMap((word, index) =>
    word.startsWith("-") || COMMON_WITH_VALUE.includes(own[index - 1] ?? "") ? [] : [index],
  );
}

/** The command whose path these words begin with, the longest first. */
export function commandOf(words: readonly string[], definitions: readonly Definition[]): Definition | undefined {
  return definitions
    .filter(({ path }) => pathWords(path).every((word, index) => words[index] === word))
    .sort((a, b) => b.path.length - a.path.length)[0];
}

/** Commands below these words: `node` → `node list`, `node add` … */
export function commandsBelow(words: readonly string[], definitions: readonly Definition[]): Definition[] {
  return definitions.filter(({ path }) => words.every((word, index) => pathWords(path)[index] === word));
}

/** `mcp node list` → `["node", "list"]`. */
export function pathWords(path: string): string[] {
  return path.split(" ").slice(1);
}
