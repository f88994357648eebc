/** What the TOML reader says of text that is no TOML, as a problem with a place and, for the usual slip, a remedy. */
import type { Problem } from "../values/problem.ts";

/** `level = info`: a text without its quotes. */
const UNQUOTED = /^\s*([\w-]+)\s*=\s*([A-Za-z/~][^\s"'#,=[\]{}]*)\s*(?:#.*)?$/;
const KEY = /^\s*([\w.-]+)\s*=/;
const SOME_ERROR = "is no TOML";

export function syntaxProblem(error: unknown, text: string): Problem {
  const { line, column } = placeOf(error);
  const source = text.split("\n")[line - 1] ?? "";
  const [, key, word] = UNQUOTED.exec(source) ?? [];
  const field = KEY.exec(source)?.[1] ?? "file";
  const found = { line, column, field, message: reasonOf(error) };
  if (key === undefined || word === "true" || word === "false") return found;
  return { ...found, instead: `${key} = "${isInEnv(text, line) ? "…" : word}"` };
}

/** True below a header such as `[components.env]`, whose values may be secrets. */
function isInEnv(text: string, line: number): boolean {
  const header = text
    .split("\n")
    .slice(0, line - 1)
    .findLast((one) => /^\s*\[/.test(one));
  return /\benv["']?\s*\]/.test(header ?? "");
}

function placeOf(error: unknown): { line: number; column: number } {
  const place = member(member(error, "location"), "start") ?? error;
  const [line, column] = [member(place, "line"), member(place, "column")];
  return typeof line === "number" && typeof column === "number" ? { line, column } : { line: 0, column: 0 };
}

/** The reader's grammar errors list all that could stand there, which helps nobody: what stands there is enough. */
function reasonOf(error: unknown): string {
  const found = member(error, "found");
  if (typeof found === "string") return `${SOME_ERROR}: ${JSON.stringify(found)} cannot stand here`;
  if (found === null) return `${SOME_ERROR}: something is missing at the end`;
  if (!(error instanceof Error)) return SOME_ERROR;
  return `${SOME_ERROR}: ${(error.message.split(". ")[0] ?? "").replace(/\.$/, "").slice(0, 200)}`;
}

function member(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
}
