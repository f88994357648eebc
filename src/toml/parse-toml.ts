/**
 * Parses TOML into data with the position of every key. The data come from `toml`; the positions, and a second reading to
 * compare the data with, come from the syntax tree (toml-tree.ts). Hostile input is reported as a problem and never crashes:
 * `toml` limits nesting and ignores prototypes, so it reads first, and the tree is read only if the depth is harmless.
 */
import { isDeepStrictEqual } from "node:util";
import { parse } from "toml";
import type { Problem } from "../values/problem.ts";
import { syntaxProblem } from "./syntax-problem.ts";
import { fieldName, type TomlPath } from "./toml-path.ts";
import { readTree, type TomlTree } from "./toml-tree.ts";

/** Deeper than any valid file, and shallow enough for every recursion here. */
const MAX_DEPTH = 16;

/** The library that reads positions fails from about 120,000. A program receives at most 131,072 bytes in one variable. */
const MAX_CHARACTERS = 100_000;

export interface TomlDocument {
  /** Tables have no prototype. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly tree: TomlTree;
}

export type TomlResult = { readonly document: TomlDocument } | { readonly problems: readonly Problem[] };

/** `text` without its byte order mark, which editors do not count as a column. */
export function withoutMark(text: string): string {
  return text.startsWith("\uFEFF") ? text.slice(1) : text;
}

/** Never throws. */
export function parseToml(marked: string): TomlResult {
  const text = withoutMark(marked);
  const parsed = attempt(() => parse(text, { maxDepth: MAX_DEPTH }) as unknown);
  if ("error" in parsed) return { problems: [syntaxProblem(parsed.error, text)] };
  const unfit = findTooDeep(parsed.value) ?? findTooLong(parsed.value);
  if (unfit !== undefined) return { problems: [unfit] };
  const tree = attempt(() => readTree(text));
  if ("error" in tree) return { problems: [disagreement("its syntax tree cannot be read")] };
  if (tree.value.problems.length > 0) return { problems: tree.value.problems };
  if (!isTable(parsed.value) || !isDeepStrictEqual(tree.value.data, parsed.value)) {
    return { problems: [disagreement("two TOML parsers read it differently")] };
  }
  return { document: { data: parsed.value, tree: tree.value } };
}

function attempt<T>(read: () => T): { value: T } | { error: unknown } {
  try {
    return { value: read() };
  } catch (error) {
    return { error };
  }
}

function disagreement(message: string): Problem {
  return { line: 0, column: 0, field: "file", message: `${message}: write it in a simpler way` };
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** Called after `findTooDeep`. */
function findTooLong(value: unknown, path: TomlPath = [], root = value): Problem | undefined {
  if (typeof value === "string" && value.length > MAX_CHARACTERS) {
    const message = `has ${value.length} characters, and a value may have ${MAX_CHARACTERS}: put it into a file, and mount the file`;
    return { line: 0, column: 0, field: fieldName(path, root), message };
  }
  if (typeof value !== "object" || value === null) return undefined;
  const entries: Iterable<[string | number, unknown]> = Array.isArray(value) ? value.entries() : Object.entries(value);
  for (const [key, inner] of entries) {
    const found = findTooLong(inner, [...path, key], root);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Breadth first and without recursion: dotted keys can nest deeper than the call stack. */
function findTooDeep(root: unknown): Problem | undefined {
  const level: { value: unknown; path: TomlPath }[] = [{ value: root, path: [] }];
  for (const { value, path } of level) {
    if (path.length > MAX_DEPTH) {
      const field = fieldName(path.slice(0, 3), root);
      return { line: 0, column: 0, field, message: `is nested deeper than ${MAX_DEPTH} levels` };
    }
    if (typeof value !== "object" || value === null) continue;
    const entries = Array.isArray(value) ? value.entries() : Object.entries(value);
    for (const [key, inner] of entries) {
      if (typeof inner === "object") level.push({ value: inner, path: [...path, key] });
    }
  }
  return undefined;
}
