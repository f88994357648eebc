/**
 * Checks types and keys of a TOML document: runs a generated validator and reports its findings in the terms of the file.
 * An unknown key is reported with the nearest known key. Values are never repeated, because they may be secrets.
 */
import type { IValidation } from "typia";
import { nearest } from "../values/nearest.ts";
import type { Wrong } from "../values/parsed.ts";
import type { TomlDocument } from "./parse-toml.ts";
import type { ProblemList } from "./problem-list.ts";
import { child, type TomlPath } from "./toml-path.ts";

/** Known keys of each table with an example value; tables are named `""`, `components[]`, `components[].health`, `roles.*`. */
export type Shape = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Adds every finding to `problems` and returns the paths of the invalid values. */
export function checkShape<T>(
  document: TomlDocument,
  validate: (input: unknown) => IValidation<T>,
  { shape, problems }: { shape: Shape; problems: ProblemList },
): TomlPath[] {
  const result = validate(document.data);
  if (result.success) return [];
  return result.errors.map((error) => {
    const path = pathOf(error.path);
    const value = path.reduce<unknown>(child, document.data);
    if (error.expected === "undefined") problems.addAtKey(path, unknownKey(path, shape));
    else problems.add(path, wrongType({ path, expected: error.expected, value, shape }));
    return path;
  });
}

const SEGMENT = /\.([A-Za-z_$][\w$]*)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/g;

/** `$input.components[0]["odd key"]` → `["components", 0, "odd key"]`. */
function pathOf(expression: string): TomlPath {
  return [...expression.matchAll(SEGMENT)].map(([, key, index, quoted]) => {
    if (index !== undefined) return Number(index);
    return key ?? String(JSON.parse(quoted ?? '""'));
  });
}

/** The table that holds the last key of `path`, as a Shape names it. */
function tableOf(path: TomlPath): string {
  return path
    .slice(0, -1)
    .map((segment) => (typeof segment === "number" ? "[]" : `.${segment}`))
    .join("")
    .replace(/^\./, "");
}

/** The keys of a table by its name, or by `*` for tables whose names the file chooses. */
function keysOf(table: string, shape: Shape): Readonly<Record<string, string>> {
  return shape[table] ?? shape[table.replace(/[^.]+$/, "*")] ?? {};
}

function unknownKey(path: TomlPath, shape: Shape): Wrong {
  const key = String(path.at(-1));
  const table = tableOf(path);
  const validKeys = Object.keys(keysOf(table, shape));
  if (table !== "" && Object.hasOwn(shape[""] ?? {}, key)) {
    return { wrong: "belongs to the whole file: write it above the first [table]" };
  }
  const near = nearest(key, validKeys);
  if (near !== undefined) return { wrong: "is not a known key", instead: near };
  return { wrong: `is not a known key; known keys here: ${validKeys.join(", ")}` };
}

interface Mistyped {
  readonly path: TomlPath;
  readonly expected: string;
  readonly value: unknown;
  readonly shape: Shape;
}

function wrongType({ path, expected, value, shape }: Mistyped): Wrong {
  const own = typeof path.at(-1) === "number" ? path.slice(0, -1) : path;
  const key = String(own.at(-1));
  const example = keysOf(tableOf(own), shape)[key];
  const advice = example === undefined ? {} : { example: example.startsWith("[[") ? example : `${key} = ${example}` };
  if (value === undefined) return { wrong: "is missing", ...advice };
  return { wrong: `must be ${expectation(expected)}, not ${kindOf(value)}`, ...advice };
}

/** The validator's name of a type in words; `("always" | "missing" | undefined)` → `"always" or "missing"`. */
function expectation(expected: string): string {
  const types = expected.replace(/^\((.*)\)$/, "$1").split(" | ");
  return types
    .filter((type) => type !== "undefined")
    .map(inWords)
    .join(" or ");
}

function inWords(type: string): string {
  if (type === "string") return "a string in quotes";
  if (type === "number") return "a number";
  if (type === "boolean") return "true or false";
  if (type === "Array<string>") return "a list of strings";
  if (type.startsWith("Array<")) return "a list of tables";
  return type.startsWith('"') ? type : "a table";
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  const kinds: Record<string, string> = { string: "a string", number: "a number", boolean: "true or false" };
  return kinds[typeof value] ?? "a table";
}
