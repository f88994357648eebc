/** Collects the problems of settings, and reports for each whether the value comes from the file or from a variable. */
import type { ErrorCode } from "../values/error-codes.ts";
import { isWrong, type Parsed, type Wrong } from "../values/parsed.ts";
import { inFileOrder, type Problem } from "../values/problem.ts";
import type { TomlDocument } from "./parse-toml.ts";
import { ProblemList } from "./problem-list.ts";
import { throwProblems } from "./read-checked.ts";
import type { TomlPath } from "./toml-path.ts";

export interface SettingsOrigin {
  /** Names the file in messages. */
  readonly path: string;
  /** Absent if there is no file. */
  readonly document?: TomlDocument;
  /** Name of the variable with the value, by dotted key: `bus.servers`. */
  readonly variables: ReadonlyMap<string, string>;
}

export class SettingsCheck {
  readonly #origin: SettingsOrigin;
  readonly #code: ErrorCode;
  readonly #outsideFile: Problem[] = [];
  readonly #inFile: ProblemList | undefined;

  constructor(origin: SettingsOrigin, code: ErrorCode) {
    this.#origin = origin;
    this.#code = code;
    this.#inFile = origin.document && new ProblemList(origin.document);
  }

  /** The variable that sets this key; undefined if the file sets it, or nothing. */
  variableOf(path: TomlPath): string | undefined {
    return path
      .map((_, index) => this.#origin.variables.get(path.slice(0, index + 1).join(".")))
      .find((name) => name !== undefined);
  }

  /** With a position in the file, unless a variable sets the value or there is no file. */
  add(path: TomlPath, problem: Wrong): void {
    const variable = this.variableOf(path);
    if (variable === undefined && this.#inFile !== undefined) {
      this.#inFile.add(path, problem);
      return;
    }
    const { wrong: message, ...instead } = problem;
    this.#outsideFile.push({ line: 0, column: 0, field: variable ?? path.join("."), message, ...instead });
  }

  /** The parsed value; undefined if it is not given, or invalid (which is added as a problem). */
  parse<V, T>(path: TomlPath, given: V | undefined, parse: (given: V) => Parsed<T>): T | undefined {
    if (given === undefined) return undefined;
    const parsed = parse(given);
    if (!isWrong(parsed)) return parsed.value;
    this.add(path, parsed);
    return undefined;
  }

  /** @throws McpError with all problems, if there are any */
  done(): void {
    const problems = [...(this.#inFile?.all() ?? []), ...this.#outsideFile];
    throwProblems(this.#origin.path, inFileOrder(problems), this.#code);
  }
}
