/** One thing wrong in a file that a person wrote, with its place: the `details` of E_DEFINITION and E_CONFIG. */
export interface Problem {
  /** From 1; 0 when it lies in no line (an environment variable, the file as a whole). */
  readonly line: number;
  readonly column: number;
  /** In the file's own words: `components.api.ports[0]`. */
  readonly field: string;
  readonly message: string;
  /** What to write in its place, ready to paste. */
  readonly instead?: string;
}

/** `path:line:col: field: what is wrong; write instead: …` */
export function problemText(path: string, problem: Problem): string {
  const place = problem.line === 0 ? path : `${path}:${problem.line}:${problem.column}`;
  const instead = problem.instead === undefined ? "" : `; write instead: ${plain(problem.instead)}`;
  return `${place}: ${problem.field}: ${plain(problem.message)}${instead}`;
}

const MAX_TEXT = 400;

/** A file's own text is repeated on one line, without codes that a terminal would obey, and not without end. */
function plain(text: string): string {
  const cut = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
  return cut.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, (control) => {
    return `\\u${control.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

/** All of them, a line each, in the order of the file. */
export function problemsText(path: string, problems: readonly Problem[]): string {
  return problems.map((problem) => problemText(path, problem)).join("\n");
}

export function inFileOrder(problems: readonly Problem[]): Problem[] {
  return problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
}
