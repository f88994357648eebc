/** Shortens foreign text for messages. The output escapes control characters. Pure. */

/** Longest foreign text in a message. */
const MAX_ECHO = 80;

/** The first `max` characters of `text`; a cut text ends in `…`. */
export function shortened(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max - 1)}…`;
}

/** An argument, or text from a file, for a message: in quotation marks, at most 80 characters. */
export function quoted(text: string): string {
  return `"${shortened(text, MAX_ECHO)}"`;
}
