/**
 * The syntax tree of a TOML document, walked by hand into data and places. The library's own way from tree to data is
 * never used: it writes through `__proto__`.
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
  /** Where the value stands; for a table of its own, its header. */
  place: SourceRange;
  keyPlace: SourceRange;
  content: { leaf: unknown } | { table: Map<string, TomlNode> } | { list: TomlNode[] };
}

export interface TomlTree {
  readonly root: TomlNode;
  readonly data: unknown;
  /** Values that TOML allows and no file of ours has. */
  readonly problems: readonly Problem[];
}

/** @throws whatever the library throws on text that it does not understand. */
export function readTree(text: string): TomlTree {
  const [top] = parseTOML(text, { tomlVersion: "1.1.0" }).body;
  const start: SourceRange = { line: 1, column: 1, range: [0, 0] };
  const root: TomlNode = { place: start, keyPlace: start, content: { table: new Map() } };
  for (const item of top.body) {
    const table = item.type === "TOMLTable" ? openTable(root, item) : root;
    for (const pair of item.type === "TOMLTable" ? item.body : [item]) addKeyValue(table, pair);
  }
  const data = toData(root);
  return { root, data, problems: foreignValues(root, [], data) };
}

function placeOf(node: { loc: AST.SourceLocation; range: AST.Range }): SourceRange {
  return { line: node.loc.start.line, column: node.loc.start.column + 1, range: node.range };
}

function openTable(root: TomlNode, header: AST.TOMLTable): TomlNode {
  const place = placeOf(header.key);
  return header.resolvedKey.reduce<TomlNode>((node, segment) => enter(node, segment, place), root);
}

/** The member of a table or list, made (as what its next step will need) where it is not there yet. */
function enter(parent: TomlNode, segment: string | number, place: SourceRange): TomlNode {
  const fresh: TomlNode = { place, keyPlace: place, content: { table: new Map() } };
  if (typeof segment === "number") {
    if (!("list" in parent.content)) parent.content = { list: [] };
    const node = parent.content.list[segment] ?? fresh;
    parent.content.list[segment] = node;
    return node;
  }
  if (!("table" in parent.content)) throw new TypeError("not a table");
  const node = parent.content.table.get(segment) ?? fresh;
  parent.content.table.set(segment, node);
  return node;
}

function addKeyValue(table: TomlNode, pair: AST.TOMLKeyValue): void {
  const place = placeOf(pair.key);
  const node = pair.key.keys.reduce<TomlNode>((parent, key) => enter(parent, keyText(key), place), table);
  const value = toNode(pair.value);
  node.place = value.place;
  node.keyPlace = place;
  node.content = value.content;
}

function keyText(key: AST.TOMLBare | AST.TOMLQuoted): string {
  return key.type === "TOMLBare" ? key.name : key.value;
}

function toNode(content: AST.TOMLContentNode): TomlNode {
  const place = placeOf(content);
  if (content.type === "TOMLArray") {
    return { place, keyPlace: place, content: { list: content.elements.map(toNode) } };
  }
  if (content.type === "TOMLInlineTable") {
    const table: TomlNode = { place, keyPlace: place, content: { table: new Map() } };
    for (const pair of content.body) addKeyValue(table, pair);
    return table;
  }
  return { place, keyPlace: place, content: { leaf: leafValue(content) } };
}

/** Integers by way of bigint, so that -0 is 0 as elsewhere. */
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

/** What TOML allows and no file of ours has: dates (which `toml` gives half as text), infinite numbers, `__proto__`. */
function foreignValues(node: TomlNode, path: TomlPath, data: unknown): Problem[] {
  const { content } = node;
  if ("list" in content) return content.list.flatMap((item, index) => foreignValues(item, [...path, index], data));
  const message = "leaf" in content ? foreignLeaf(content.leaf) : undefined;
  if (message !== undefined) return [problemAt(node.place, { path, data, message })];
  if (!("table" in content)) return [];
  return [...content.table].flatMap(([key, item]) => {
    const inner = [...path, key];
    if (key === "__proto__")
      return [problemAt(item.keyPlace, { path: inner, data, message: "is not allowed as a key" })];
    return foreignValues(item, inner, data);
  });
}

function foreignLeaf(leaf: unknown): string | undefined {
  if (leaf instanceof Date) return "is a date, which nothing here takes: put it in quotes";
  return typeof leaf === "number" && !Number.isFinite(leaf) ? "must be a finite number" : undefined;
}

function problemAt(
  { line, column }: SourceRange,
  { path, data, message }: { path: TomlPath; data: unknown; message: string },
): Problem {
  return { line, column, field: fieldName(path, data), message };
}

/** The node at `path`; where it does not exist, its nearest ancestor (the table that lacks it). */
export function nodeAt(root: TomlNode, path: TomlPath): TomlNode {
  return path.reduce<{ node: TomlNode; lost: boolean }>(
    ({ node, lost }, segment) => {
      const inner = lost ? undefined : member(node, segment);
      return inner === undefined ? { node, lost: true } : { node: inner, lost };
    },
    { node: root, lost: false },
  ).node;
}

function member({ content }: TomlNode, segment: string | number): TomlNode | undefined {
  if ("table" in content && typeof segment === "string") return content.table.get(segment);
  return "list" in content && typeof segment === "number" ? content.list[segment] : undefined;
}
