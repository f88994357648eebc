/** Finds what an error says more than once. */

/** So many words in a row are a statement; fewer recur in plain speech. */
const STATEMENT = 4;

/** Statements that occur more than once in the lines of one error. Commands in backquotes do not count: they are to type. */
export function saidTwice(stderr: string): string[] {
  const words = stderr
    .replaceAll(/`[^`]*`/g, " ` ")
    .replaceAll(/\b(error|hint|because|warning): /g, " ` ")
    .replaceAll(/[()",;:.?!]+(\s|$)/g, " ")
    .split(/\s+/)
    .filter((word) => word !== "");
  const seen = new Map<string, number>();
  const twice: string[] = [];
  for (let at = 0; at + STATEMENT <= words.length; at++) {
    const own = words.slice(at, at + STATEMENT);
    if (own.some((word) => !/\w/.test(word))) continue;
    const statement = own.join(" ").toLowerCase();
    const first = seen.get(statement);
    if (first !== undefined && first + STATEMENT <= at) twice.push(statement);
    if (first === undefined) seen.set(statement, at);
  }
  return [...new Set(twice)];
}
