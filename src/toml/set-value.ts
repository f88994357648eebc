/**
 * Changes one key of a TOML text and nothing else: comments, order, spacing and line ends stay as they are. The text
 * is spliced at the places of its syntax tree, read again, and handed out only when nothing but that key changed.
 */
import { isDeepStrictEqual } from "node:util";
import { McpError } from "../values/error.ts";
import { parseToml, type TomlDocument, withoutMark } from "./parse-toml.ts";
import { tomlKey, tomlValue } from "./toml-text.ts";
import type { TomlNode } from "./toml-tree.ts";

export interface KeyChange {
  readonly key: string;
  readonly value: string | number | boolean;
  /** Where it is new, it goes below the first of these that is there; else below the last key before any table. */
  readonly below?: readonly string[];
}

/** @throws McpError E_CONFIG when `text` is not valid TOML, E_BUG when the change would do more than it should. */
export function setTopLevelValue(text: string, change: KeyChange): string {
  const bare = withoutMark(text);
  const before = readOr("E_CONFIG", bare);
  const after = spliced(bare, before, change);
  const expected = Object.assign(Object.create(null), before.data, { [change.key]: change.value });
  if (!isDeepStrictEqual(readOr("E_BUG", after).data, expected)) {
    throw new McpError("E_BUG", `setting ${change.key} would change more than that; nothing was written`);
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
  const there = keys.get(key);
  const written = tomlValue(value);
  if (there !== undefined) {
    const [from, to] = there.place.range;
    return text.slice(0, from) + written + text.slice(to);
  }
  const anchor =
    below.map((name) => keys.get(name)).find((node) => node !== undefined && isOwnLine(node)) ?? lastOf(keys);
  return insertBelow(text, anchor?.place.range[1], `${tomlKey(key)} = ${written}`);
}

/** False for tables under their own header: their place is the header, not a value behind the key. */
export function isOwnLine({ place, keyPlace }: TomlNode): boolean {
  return place !== keyPlace;
}

function lastOf(keys: ReadonlyMap<string, TomlNode>): TomlNode | undefined {
  return [...keys.values()].filter(isOwnLine).at(-1);
}

/** As a line of its own after the line in which `end` lies (at the very start without one). */
export function insertBelow(text: string, end: number | undefined, line: string): string {
  const newline = text.includes("\r\n") ? "\r\n" : "\n";
  if (end === undefined) return line + newline + text;
  const next = text.indexOf("\n", end);
  if (next < 0) return `${text}${newline}${line}`;
  return `${text.slice(0, next + 1)}${line}${newline}${text.slice(next + 1)}`;
}
