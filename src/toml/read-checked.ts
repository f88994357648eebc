/**
 * Reads a TOML file that people write (definitions, mcp.toml, agent.toml, auth.toml) into an object of type T and checks it
 * with the generated validator. All problems are thrown together as one McpError.
 */
import type { IValidation } from "typia";
import { McpError } from "../values/error.ts";
import type { ErrorCode } from "../values/error-codes.ts";
import { type Problem, problemsText } from "../values/problem.ts";
import { checkShape, type Shape } from "./check-shape.ts";
import { parseToml, type TomlDocument } from "./parse-toml.ts";
import { ProblemList } from "./problem-list.ts";
import { withoutPaths } from "./without-paths.ts";

export interface FileKind<T> {
  /** The error code for a problem in such a file. */
  readonly code: ErrorCode;
  readonly validate: (input: unknown) => IValidation<T>;
  readonly shape: Shape;
}

export interface CheckedFile<T> {
  readonly data: T;
  readonly document: TomlDocument;
}

/** @param path names the file in messages. @throws McpError with the kind's code and `details: Problem[]` */
export function readChecked<T>(path: string, text: string, kind: FileKind<T>): CheckedFile<T> {
  const document = parseOrThrow(path, text, kind.code);
  const problems = new ProblemList(document);
  checkShape(document, kind.validate, { shape: kind.shape, problems });
  throwProblems(path, problems.all(), kind.code);
  return { data: validated(document, kind), document };
}

function validated<T>(document: TomlDocument, kind: FileKind<T>): T {
  const result = kind.validate(withoutPaths(document.data, []));
  if (result.success) return result.data;
  throw new McpError("E_BUG", "the validator rejects a document without problems");
}

/** @throws McpError if the text is not valid TOML, or hostile */
export function parseOrThrow(path: string, text: string, code: ErrorCode): TomlDocument {
  const result = parseToml(text);
  if ("document" in result) return result.document;
  throw problemsError(path, result.problems, code);
}

/** Does nothing without problems. */
export function throwProblems(path: string, problems: readonly Problem[], code: ErrorCode): void {
  if (problems.length > 0) throw problemsError(path, problems, code);
}

function problemsError(path: string, problems: readonly Problem[], code: ErrorCode): McpError {
  return new McpError(code, problemsText(path, problems), { details: problems });
}
