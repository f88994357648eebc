/** The rules of a settings file, over values that come from the file or from the environment; says which was wrong. */
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
  /** Absent when there is no file. */
  readonly document?: TomlDocument;
  /** Name of the variable that gave the value, by the key with dots: `bus.servers`. */
  readonly variables: ReadonlyMap<string, string>;
}

export class SettingsCheck {
  readonly #origin: SettingsOrigin;
  readonly #code: ErrorCode;
  readonly #elsewhere: Problem[] = [];
  readonly #inFile: ProblemList | undefined;

  constructor(origin: SettingsOrigin, code: ErrorCode) {
    this.#origin = origin;
    this.#code = code;
    this.#inFile = origin.document && new ProblemList(origin.document);
  }

  /** The variable that gave this key, undefined when the file or nothing did. */
  variableOf(path: TomlPath): string | undefined {
    return path
      .map((_, index) => this.#origin.variables.get(path.slice(0, index + 1).join(".")))
      .find((name) => name !== undefined);
  }

  /** Placed in the file, unless a variable gave the value or there is no file. */
  add(path: TomlPath, complaint: Wrong): void {
    const variable = this.variableOf(path);
    if (variable === undefined && this.#inFile !== undefined) {
      this.#inFile.add(path, complaint);
      return;
    }
    const { wrong: message, ...instead } = complaint;
    this.#elsewhere.push({ line: 0, column: 0, field: variable ?? path.join("."), message, ...instead });
  }

  /** The value of a key that is given and right; undefined otherwise. */
  parse<V, T>(path: TomlPath, given: V | undefined, parse: (given: V) => Parsed<T>): T | undefined {
    if (given === undefined) return undefined;
    const parsed = parse(given);
    if (!isWrong(parsed)) return parsed.value;
    this.add(path, parsed);
    return undefined;
  }

  /** @throws McpError with all problems, when there are any. */
  done(): void {
    const problems = [...(this.#inFile?.all() ?? []), ...this.#elsewhere];
    throwProblems(this.#origin.path, inFileOrder(problems), this.#code);
  }
}
