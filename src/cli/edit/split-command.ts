/**
 * Splits a command from $EDITOR (`code --wait`, `'/opt/my editor' -n`) into words at spaces; quotes and backslashes protect
 * spaces. It is not a shell: nothing is expanded, substituted or run. Pure.
 */
import { McpError } from "../../values/error.ts";

/** One piece of a word: in single quotes, in double quotes, or plain characters, where a backslash protects the next one. */
const PIECE = /'([^']*)'|"((?:\\[\s\S]|[^"\\])*)"|((?:\\[\s\S]|[^\s'"\\])+)/y;

/** @param from names the variable in errors. @throws McpError E_USAGE for an unclosed quote, or without any word */
export function splitCommand(text: string, from: string): [program: string, ...rest: string[]] {
  const words: string[] = [];
  for (let at = skipSpaces(text, 0); at < text.length; at = skipSpaces(text, at)) {
    let word = "";
    while (at < text.length && !/\s/.test(text.charAt(at))) {
      PIECE.lastIndex = at;
      const match = PIECE.exec(text);
      if (match === null) throw new McpError("E_USAGE", `${from}: a quote or backslash is not closed`);
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

function skipSpaces(text: string, from: number): number {
  const rest = text.slice(from).search(/\S/);
  return rest === -1 ? text.length : from + rest;
}
