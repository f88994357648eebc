/** Checks one table of a definition: parses its fields and collects their problems. */

import type { ProblemList } from "../../toml/problem-list.ts";
import type { TomlPath } from "../../toml/toml-path.ts";
import { isWrong, type Parsed, type Wrong } from "../../values/parsed.ts";

export class TableCheck {
  readonly #problems: ProblemList;
  readonly #path: TomlPath;

  constructor(problems: ProblemList, path: TomlPath) {
    this.#problems = problems;
    this.#path = path;
  }

  add(path: TomlPath, wrong: Wrong): void {
    this.#problems.add([...this.#path, ...path], wrong);
  }

  /** The value of a field that is present and valid; undefined otherwise. */
  parse<V, T>(key: string, given: V | undefined, parse: (given: V) => Parsed<T>): T | undefined {
    if (given === undefined) return undefined;
    return this.#problems.take([...this.#path, key], parse(given), undefined);
  }

  /** The valid elements of a list. */
  parseEach<T>(key: string, given: readonly string[] | undefined, parse: (text: string) => Parsed<T>): T[] {
    return (given ?? []).flatMap((text, index) => {
      const parsed = parse(text);
      if (!isWrong(parsed)) return [parsed.value];
      this.add([key, index], parsed);
      return [];
    });
  }

  /** Adds a problem for each element whose `key` an earlier one has. */
  refuseTwice(field: string, keys: readonly string[], what: string): void {
    for (const [index, key] of keys.entries()) {
      if (keys.indexOf(key) < index) this.add([field, index], { wrong: `${what} "${key}" is given twice` });
    }
  }

  /** The check of a table inside this one. */
  within(key: string): TableCheck {
    return new TableCheck(this.#problems, [...this.#path, key]);
  }
}
