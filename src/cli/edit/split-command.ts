/**
 * A command as people put it into $EDITOR (`code --wait`, `'/opt/my editor' -n`), split into words: blanks part them,
 * quotes and backslashes keep blanks. No shell: nothing is expanded, substituted or run. Pure.
 */
import { McpError } from "../../values/error.ts";

/** One piece of a word: in single quotes, in double quotes, or bare characters of which a backslash takes the next as it is. */
const PIECE = /'([^']*)'|"((?:\\[\s\S]|[^"\\])*)"|((?:\\[\s\S]|[^\s'"\\])+)/y;

/** @param from names the variable in errors. @throws McpError E_USAGE for a quote without an end, or no word at all */
export function splitCommand(text: string, from: string): [program: string, ...rest: string[]] {
  const words: string[] = [];
  for (let at = skipBlanks(text, 0); at < text.length; at = skipBlanks(text, at)) {
    let word = "";
    while (at < text.length && !/\s/.test(text.charAt(at))) {
      PIECE.lastIndex = at;
      const match = PIECE.exec(text);
      if (match === null) throw new McpError("E_USAGE", `${from}: a quote or backslash in it has no end`);
      const [whole, single, double, bare] = match;
      word += single ?? double?.replaceAll(/\\(["\\$`])/g, "$1") ?? bare?.replaceAll(/\\([\s\S])/g, "$1") ?? "";
      at += whole.length;
    }
    words.push(word);
  }
  const [program, ...rest] = words;
  if (program === undefined || program === "") throw new McpError("E_USAGE", `${from} names no program`);
  return [program, ...rest];
}

function skipBlanks(text: string, from: number): number {
  const rest = text.slice(from).search(/\S/);
  return rest === -1 ? text.length : from + rest;
}
