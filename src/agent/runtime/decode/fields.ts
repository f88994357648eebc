/**
 * Reads single fields of JSON from another program and checks the type of each.
 * A field that is missing or of another type throws E_RUNTIME with its path, never with its value.
 */
import { unreadableAnswer } from "./unreadable-answer.ts";

export class Fields {
  readonly #record: Readonly<Record<string, unknown>>;
  readonly #path: string;
  readonly #what: string;

  /** @param what names the answer in messages. @param path of `value` in it */
  constructor(value: unknown, what: string, path = "") {
    this.#what = what;
    this.#path = path;
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw this.#wrong("", "an object");
    this.#record = { ...value };
  }

  text(key: string): string {
    const value = this.#record[key];
    if (typeof value !== "string") throw this.#wrong(key, "a string");
    return value;
  }

  number(key: string): number {
    const value = this.#record[key];
    if (typeof value !== "number") throw this.#wrong(key, "a number");
    return value;
  }

  boolean(key: string): boolean {
    const value = this.#record[key];
    if (typeof value !== "boolean") throw this.#wrong(key, "true or false");
    return value;
  }

  object(key: string): Fields {
    return new Fields(this.#record[key], this.#what, `${this.#path}${key}.`);
  }

  has(key: string): boolean {
    return this.#record[key] !== undefined && this.#record[key] !== null;
  }

  /** A list of strings; Go writes an empty one as null. */
  texts(key: string): string[] {
    const value = this.#record[key] ?? [];
    if (!Array.isArray(value) || !value.every((item) => typeof item === "string"))
      throw this.#wrong(key, "a list of strings");
    return value;
  }

  /** A map of strings; Go writes an empty one as null. */
  textMap(key: string): Record<string, string> {
    const entries = Object.entries(this.#record[key] ?? {});
    if (!entries.every((entry): entry is [string, string] => typeof entry[1] === "string")) {
      throw this.#wrong(key, "a map of strings");
    }
    return Object.fromEntries(entries);
  }

  #wrong(key: string, expected: string) {
    return unreadableAnswer(this.#what, `has no ${expected} at \`${this.#path}${key}\``);
  }
}

/** The items of a JSON list; Go writes an empty one as null. */
export function itemsOf(value: unknown, what: string): unknown[] {
  if (value === null) return [];
  if (!Array.isArray(value)) throw unreadableAnswer(what, "is not a list");
  return value;
}
