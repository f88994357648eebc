/**
 * TOML text → checked data with the place of every key. The data come from `toml`; the places, and a second opinion on
 * the data, from the syntax tree (toml-tree.ts). Hostile input ends as a problem, never as a crash: `toml` guards its
 * own nesting and prototypes, so it goes first, and the tree is read only after the depth was found harmless.
 */
import { isDeepStrictEqual } from "node:util";
import { parse } from "toml";
import type { Problem } from "../values/problem.ts";
import { syntaxProblem } from "./syntax-problem.ts";
import { fieldName, type TomlPath } from "./toml-path.ts";
import { readTree, type TomlTree } from "./toml-tree.ts";

/** Far beyond any file of ours, far below what any recursion here could not stand. */
const MAX_DEPTH = 16;

export interface TomlDocument {
  /** Tables have no prototype. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly tree: TomlTree;
}

export type TomlResult = { readonly document: TomlDocument } | { readonly problems: readonly Problem[] };

/** `text` without its byte order mark, which editors do not count in columns either. */
export function withoutMark(text: string): string {
  return text.startsWith("\uFEFF") ? text.slice(1) : text;
}

export function parseToml(marked: string): TomlResult {
  const text = withoutMark(marked);
  const parsed = attempt(() => parse(text, { maxDepth: MAX_DEPTH }) as unknown);
  if ("error" in parsed) return { problems: [syntaxProblem(parsed.error, text)] };
  const deep = findTooDeep(parsed.value);
  if (deep !== undefined) return { problems: [deep] };
  const tree = attempt(() => readTree(text));
  if ("error" in tree) return { problems: [disagreement("the syntax tree cannot be read")] };
  if (tree.value.problems.length > 0) return { problems: tree.value.problems };
  if (!isTable(parsed.value) || !isDeepStrictEqual(tree.value.data, parsed.value)) {
    return { problems: [disagreement("two TOML readers understand it differently")] };
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
  return { line: 0, column: 0, field: "file", message: `${message}: write it more plainly` };
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** Walks breadth first and without recursion: dotted keys nest deeper than any call stack. */
function findTooDeep(root: unknown): Problem | undefined {
  const level: { value: unknown; path: TomlPath }[] = [{ value: root, path: [] }];
  for (const { value, path } of level) {
    if (path.length > MAX_DEPTH) {
      const field = fieldName(path.slice(0, 3), root);
      return { line: 0, column: 0, field, message: `nests deeper than ${MAX_DEPTH} levels` };
    }
    if (typeof value !== "object" || value === null) continue;
    const entries = Array.isArray(value) ? value.entries() : Object.entries(value);
    for (const [key, inner] of entries) {
      if (typeof inner === "object") level.push({ value: inner, path: [...path, key] });
    }
  }
  return undefined;
}
