/**
 * Converts the syntax tree of a TOML document into data and source ranges. The library's own conversion is not used, because
 * it writes through `__proto__`.
 */
import { type AST, parseTOML } from "toml-eslint-parser";
import type { Problem } from "../values/problem.ts";
import { fieldName, type TomlPath } from "./toml-path.ts";

export interface SourceRange {
  /** From 1. */
  readonly line: number;
  readonly column: number;
  /** Offsets in the text: from, to (exclusive). */
  readonly range: readonly [number, number];
}

export interface TomlNode {
  /** The value; for a table with a header, the header. */
  valueRange: SourceRange;
  keyRange: SourceRange;
  content: { leaf: unknown } | { table: Map<string, TomlNode> } | { list: TomlNode[] };
}

export interface TomlTree {
  readonly root: TomlNode;
  readonly data: unknown;
  /** Values that TOML allows and our files do not. */
  readonly problems: readonly Problem[];
}

/** @throws the library's error for text that it cannot parse */
export function readTree(text: string): TomlTree {
  const [top] = parseTOML(text, { tomlVersion: "1.1.0" }).body;
  const start: SourceRange = { line: 1, column: 1, range: [0, 0] };
  const root: TomlNode = { valueRange: start, keyRange: start, content: { table: new Map() } };
  for (const item of top.body) {
    const table = item.type === "TOMLTable" ? openTable(root, item) : root;
    for (const pair of item.type === "TOMLTable" ? item.body : [item]) addKeyValue(table, pair);
  }
  const data = toData(root);
  return { root, data, problems: unsupportedValues(root, [], data) };
}

function rangeOf(node: { loc: AST.SourceLocation; range: AST.Range }): SourceRange {
  return { line: node.loc.start.line, column: node.loc.start.column + 1, range: node.range };
}

function openTable(root: TomlNode, header: AST.TOMLTable): TomlNode {
  const range = rangeOf(header.key);
  return header.resolvedKey.reduce<TomlNode>((node, segment) => enter(node, segment, range), root);
}

/** The member of a table or list. A missing one is created as a table. */
function enter(parent: TomlNode, segment: string | number, range: SourceRange): TomlNode {
  const created: TomlNode = { valueRange: range, keyRange: range, content: { table: new Map() } };
  if (typeof segment === "number") {
    if (!("list" in parent.content)) parent.content = { list: [] };
    const node = parent.content.list[segment] ?? created;
    parent.content.list[segment] = node;
    return node;
  }
  if (!("table" in parent.content)) throw new TypeError("not a table");
  const node = parent.content.table.get(segment) ?? created;
  parent.content.table.set(segment, node);
  return node;
}

function addKeyValue(table: TomlNode, pair: AST.TOMLKeyValue): void {
  const range = rangeOf(pair.key);
  const node = pair.key.keys.reduce<TomlNode>((parent, key) => enter(parent, keyText(key), range), table);
  const value = toNode(pair.value);
  node.valueRange = value.valueRange;
  node.keyRange = range;
  node.content = value.content;
}

function keyText(key: AST.TOMLBare | AST.TOMLQuoted): string {
  return key.type === "TOMLBare" ? key.name : key.value;
}

function toNode(content: AST.TOMLContentNode): TomlNode {
  const range = rangeOf(content);
  if (content.type === "TOMLArray") {
    return { valueRange: range, keyRange: range, content: { list: content.elements.map(toNode) } };
  }
  if (content.type === "TOMLInlineTable") {
    const table: TomlNode = { valueRange: range, keyRange: range, content: { table: new Map() } };
    for (const pair of content.body) addKeyValue(table, pair);
    return table;
  }
  return { valueRange: range, keyRange: range, content: { leaf: leafValue(content) } };
}

/** Integers go through bigint, so that -0 becomes 0. */
function leafValue(value: AST.TOMLValue): unknown {
  return value.kind === "integer" ? Number(value.bigint) : value.value;
}

function toData({ content }: TomlNode): unknown {
  if ("leaf" in content) return content.leaf;
  if ("list" in content) return content.list.map(toData);
  const table: Record<string, unknown> = Object.create(null);
  for (const [key, node] of content.table) table[key] = toData(node);
  return table;
}

/** Dates (which `toml` returns partly as text), infinite numbers, `__proto__`. */
function unsupportedValues(node: TomlNode, path: TomlPath, data: unknown): Problem[] {
  const { content } = node;
  if ("list" in content) return content.list.flatMap((item, index) => unsupportedValues(item, [...path, index], data));
  const message = "leaf" in content ? unsupportedLeaf(content.leaf) : undefined;
  if (message !== undefined) return [problemAt(node.valueRange, { path, data, message })];
  if (!("table" in content)) return [];
  return [...content.table].flatMap(([key, item]) => {
    const inner = [...path, key];
    if (key === "__proto__")
      return [problemAt(item.keyRange, { path: inner, data, message: "is not allowed as a key" })];
    return unsupportedValues(item, inner, data);
  });
}

function unsupportedLeaf(leaf: unknown): string | undefined {
  if (leaf instanceof Date) return "is a date, which no key accepts: put it in quotes";
  return typeof leaf === "number" && !Number.isFinite(leaf) ? "must be a finite number" : undefined;
}

function problemAt(
  { line, column }: SourceRange,
  { path, data, message }: { path: TomlPath; data: unknown; message: string },
): Problem {
  return { line, column, field: fieldName(path, data), message };
}

/** The node at `path`; if it does not exist, its nearest ancestor (the table that lacks it). */
export function nodeAt(root: TomlNode, path: TomlPath): TomlNode {
  return path.reduce<{ node: TomlNode; missing: boolean }>(
    ({ node, missing }, segment) => {
      const inner = missing ? undefined : member(node, segment);
      return inner === undefined ? { node, missing: true } : { node: inner, missing };
    },
    { node: root, missing: false },
  ).node;
}

function member({ content }: TomlNode, segment: string | number): TomlNode | undefined {
  if ("table" in content && typeof segment === "string") return content.table.get(segment);
  return "list" in content && typeof segment === "number" ? content.list[segment] : undefined;
}
