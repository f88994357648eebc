/** Turns a syntax error of the TOML parser into a problem with its position and, for missing quotes, the fix. */
import type { Problem } from "../values/problem.ts";

/** `level = info`: a string without quotes. */
const UNQUOTED = /^\s*([\w-]+)\s*=\s*([A-Za-z/~][^\s"'#,=[\]{}]*)\s*(?:#.*)?$/;
const KEY = /^\s*([\w.-]+)\s*=/;
const NOT_TOML = "is not valid TOML";

export function syntaxProblem(error: unknown, text: string): Problem {
  const { line, column } = positionOf(error);
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

function positionOf(error: unknown): { line: number; column: number } {
  const position = member(member(error, "location"), "start") ?? error;
  const [line, column] = [member(position, "line"), member(position, "column")];
  return typeof line === "number" && typeof column === "number" ? { line, column } : { line: 0, column: 0 };
}

/** The parser's errors list everything that it would accept; the unexpected text is more useful. */
function reasonOf(error: unknown): string {
  const found = member(error, "found");
  if (typeof found === "string") return `${NOT_TOML}: ${JSON.stringify(found)} is not allowed here`;
  if (found === null) return `${NOT_TOML}: something is missing at the end`;
  if (!(error instanceof Error)) return NOT_TOML;
  return `${NOT_TOML}: ${(error.message.split(". ")[0] ?? "").replace(/\.$/, "").slice(0, 200)}`;
}

function member(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
}
