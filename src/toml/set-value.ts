/**
 * Changes one key of a TOML text and keeps everything else: comments, order, spacing and line breaks. The text is spliced at
 * the positions of its syntax tree and read again, and it is returned only if nothing but that key has changed.
 */
import { isDeepStrictEqual } from "node:util";
import { McpError } from "../values/error.ts";
import { parseToml, type TomlDocument, withoutMark } from "./parse-toml.ts";
import { tomlKey, tomlValue } from "./toml-text.ts";
import type { TomlNode } from "./toml-tree.ts";

export interface KeyChange {
  readonly key: string;
  readonly value: string | number | boolean;
  /** A new key is inserted below the first of these keys that exists, otherwise below the last key before any table. */
  readonly below?: readonly string[];
}

/** @throws McpError E_CONFIG if `text` is not valid TOML, E_BUG if the edit would change anything else */
export function setTopLevelValue(text: string, change: KeyChange): string {
  const bare = withoutMark(text);
  const before = readOr("E_CONFIG", bare);
  const after = spliced(bare, before, change);
  const expected = Object.assign(Object.create(null), before.data, { [change.key]: change.value });
  if (!isDeepStrictEqual(readOr("E_BUG", after).data, expected)) {
    throw new McpError("E_BUG", `setting ${change.key} would also change other keys; nothing was written`);
  }
  return text.slice(0, text.length - bare.length) + after;
}

function readOr(code: "E_CONFIG" | "E_BUG", text: string): TomlDocument {
  const result = parseToml(text);
  if ("document" in result) return result.document;
  throw new McpError(code, "the text is not valid TOML; nothing was written", { details: result.problems });
}

function spliced(text: string, { tree }: TomlDocument, { key, value, below = [] }: KeyChange): string {
  const keys = "table" in tree.root.content ? tree.root.content.table : new Map<string, TomlNode>();
  const existing = keys.get(key);
  const newValue = tomlValue(value);
  if (existing !== undefined) {
    const [from, to] = existing.valueRange.range;
    return text.slice(0, from) + newValue + text.slice(to);
  }
  const anchor =
    below.map((name) => keys.get(name)).find((node) => node !== undefined && isOwnLine(node)) ?? lastOf(keys);
  return insertBelow(text, anchor?.valueRange.range[1], `${tomlKey(key)} = ${newValue}`);
}

/** False for a table with a header: its range is the header, not a value after the key. */
export function isOwnLine({ valueRange, keyRange }: TomlNode): boolean {
  return valueRange !== keyRange;
}

function lastOf(keys: ReadonlyMap<string, TomlNode>): TomlNode | undefined {
  return [...keys.values()].filter(isOwnLine).at(-1);
}

/** Inserts a line below the line of offset `end`; without `end`, at the start. */
export function insertBelow(text: string, end: number | undefined, line: string): string {
  const newline = text.includes("\r\n") ? "\r\n" : "\n";
  if (end === undefined) return line + newline + text;
  const next = text.indexOf("\n", end);
  if (next < 0) return `${text}${newline}${line}`;
  return `${text.slice(0, next + 1)}${line}${newline}${text.slice(next + 1)}`;
}
