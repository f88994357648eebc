/** Text of others inside our messages, cut to a limit. Control characters are escaped by the output. Pure. */

/** Longest text of an argument that a message repeats. */
const MAX_ECHO = 80;

/** The first `max` characters of `text`; a cut text ends in `…`. */
export function shortened(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max - 1)}…`;
}

/** An argument, or text from a file, as messages repeat it: in quotation marks, cut to 80 characters. */
export function quoted(text: string): string {
  return `"${shortened(text, MAX_ECHO)}"`;
}
