/** One problem in a file that a person wrote, with its position: the `details` of E_DEFINITION and E_CONFIG. */
export interface Problem {
  /** From 1; 0 if there is no line (an environment variable, the whole file). */
  readonly line: number;
  readonly column: number;
  /** As in the file: `components.api.ports[0]`. */
  readonly field: string;
  readonly message: string;
  /** The fix, ready to paste. */
  readonly instead?: string;
  /** A valid value that shows the form, when the fix is not known. */
  readonly example?: string;
}

/** `path:line:col: field: what is wrong; write instead: …`, or `; for example: …` when the fix is not known. */
export function problemText(path: string, problem: Problem): string {
  const { line, column, field, message, instead, example } = problem;
  const position = line === 0 ? path : `${path}:${line}:${column}`;
  return `${position}: ${field}: ${plain(message)}${adviceText(instead, example)}`;
}

function adviceText(instead: string | undefined, example: string | undefined): string {
  if (instead !== undefined) return `; write instead: ${plain(instead)}`;
  return example === undefined ? "" : `; for example: ${plain(example)}`;
}

const MAX_TEXT = 400;

/** Text from a file on one line, without control codes, cut to a limit. */
function plain(text: string): string {
  const cut = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
  return cut.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, (control) => {
    return `\\u${control.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

/** One line for each problem. */
export function problemsText(path: string, problems: readonly Problem[]): string {
  return problems.map((problem) => problemText(path, problem)).join("\n");
}

export function inFileOrder(problems: readonly Problem[]): Problem[] {
  return problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
}
