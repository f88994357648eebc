/** Shell commands in several lines, so that they can be copied from a narrow terminal as they are. Pure. */

/** Blanks within quotes do not end a word. */
const WORDS = /(?:'[^']*'|"[^"]*"|[^\s'"]|['"])+/g;

const CONTINUED = " \\";

/** The command in lines of at most `width` characters, as a shell continues them: after `&&`, or with a backslash. */
export function shellLines(command: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of command.match(WORDS) ?? []) {
    const longer = line === "" ? word : `${line} ${word}`;
    const isFull = line !== "" && longer.length > width - CONTINUED.length;
    if (isFull) lines.push(line.endsWith("&&") ? line : `${line}${CONTINUED}`);
    line = isFull ? word : longer;
  }
  return [...lines, line];
}
