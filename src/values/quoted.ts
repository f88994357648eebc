/** Foreign text within a message of ours: never without end. What it must not steer or break, the output sees to. Pure. */

/** What is repeated of an argument. */
const MAX_ECHO = 80;

/** `text` as far as `max` characters hold it; what is cut ends in `…`. */
export function shortened(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max - 1)}…`;
}

/** An argument or a word of a file as a message repeats it: in quotation marks, cut to 80 characters. */
export function quoted(text: string): string {
  return `"${shortened(text, MAX_ECHO)}"`;
}
