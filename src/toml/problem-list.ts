/** Collects the problems of one TOML document with their positions, so that all are reported at once. */
import { isWrong, type Parsed, type Wrong } from "../values/parsed.ts";
import { inFileOrder, type Problem } from "../values/problem.ts";
import type { TomlDocument } from "./parse-toml.ts";
import { fieldName, type TomlPath } from "./toml-path.ts";
import { nodeAt } from "./toml-tree.ts";

export class ProblemList {
  readonly #document: TomlDocument;
  readonly #found: Problem[] = [];

  constructor(document: TomlDocument) {
    this.#document = document;
  }

  /** At the position of the value, or of the table that lacks it. */
  add(path: TomlPath, problem: Wrong): void {
    this.#push(path, nodeAt(this.#document.tree.root, path).valueRange, problem);
  }

  /** At the position of the key, for problems of the key itself. */
  addAtKey(path: TomlPath, problem: Wrong): void {
    this.#push(path, nodeAt(this.#document.tree.root, path).keyRange, problem);
  }

  /** The parsed value; if parsing failed, the problem is added and `fallback` is returned. */
  take<T, F>(path: TomlPath, parsed: Parsed<T>, fallback: F): T | F {
    if (!isWrong(parsed)) return parsed.value;
    this.add(path, parsed);
    return fallback;
  }

  /** The line of `path`, for messages that refer to another line. */
  lineOf(path: TomlPath): number {
    return nodeAt(this.#document.tree.root, path).valueRange.line;
  }

  /** In the order of the file. */
  all(): Problem[] {
    return inFileOrder(this.#found);
  }

  #push(path: TomlPath, range: { line: number; column: number }, { wrong, ...advice }: Wrong): void {
    const field = fieldName(path, this.#document.data) || "file";
    const { line, column } = range;
    this.#found.push({ line, column, field, message: wrong, ...advice });
  }
}
