/**
 * Changes keys of one `[table]` of a TOML text and keeps everything else: comments, order and spacing. As in set-value.ts,
 * the text is spliced and read again, and it is returned only if nothing but these keys has changed.
 */
import { isDeepStrictEqual } from "node:util";
import { McpError } from "../values/error.ts";
import { parseToml, type TomlDocument, withoutMark } from "./parse-toml.ts";
import { insertBelow, isOwnLine } from "./set-value.ts";
import { tomlKey, tomlValue } from "./toml-text.ts";
import type { TomlNode } from "./toml-tree.ts";

/** By key; undefined removes the key with its line. */
export type TableValues = Readonly<Record<string, string | readonly string[] | undefined>>;

/** @throws McpError E_CONFIG if `text` is not valid TOML, or the table has a form that cannot be edited */
export function setTableValues(text: string, table: string, values: TableValues): string {
  const bare = withoutMark(text);
  const changed = Object.entries(values).reduce((edited, [key, value]) => setOne(edited, { table, key, value }), bare);
  return text.slice(0, text.length - bare.length) + changed;
}

interface Change {
  readonly table: string;
  readonly key: string;
  readonly value: string | readonly string[] | undefined;
}

function setOne(text: string, change: Change): string {
  const before = read(text);
  const wanted = expected(before, change);
  if (isDeepStrictEqual(plain(before.data), wanted)) return text;
  const after = spliced(text, before, change);
  if (isDeepStrictEqual(plain(read(after).data), wanted)) return after;
  throw notEditable();
}

function read(text: string): TomlDocument {
  const result = parseToml(text);
  if ("document" in result) return result.document;
  throw notEditable();
}

function spliced(text: string, { tree }: TomlDocument, { table, key, value }: Change): string {
  const line = `${tomlKey(key)} = ${tomlValue(value)}`;
  const section = memberOf(tree.root, table);
  if (section === undefined)
    return `${text}${text === "" || text.endsWith("\n") ? "" : "\n"}\n[${tomlKey(table)}]\n${line}\n`;
  const old = memberOf(section, key);
  if (old === undefined) return insertBelow(text, lastOf(section).valueRange.range[1], line);
  const [from, to] = old.valueRange.range;
  return value === undefined ? withoutLines(text, old) : text.slice(0, from) + tomlValue(value) + text.slice(to);
}

function memberOf({ content }: TomlNode, key: string): TomlNode | undefined {
  return "table" in content ? content.table.get(key) : undefined;
}

/** The last value on its own line, or the header. */
function lastOf(section: TomlNode): TomlNode {
  const members = "table" in section.content ? [...section.content.table.values()] : [];
  return members.filter(isOwnLine).at(-1) ?? section;
}

function withoutLines(text: string, { keyRange, valueRange }: TomlNode): string {
  const next = text.indexOf("\n", valueRange.range[1]);
  const start = text.lastIndexOf("\n", keyRange.range[0]) + 1;
  return text.slice(0, start) + (next < 0 ? "" : text.slice(next + 1));
}

function expected({ data }: TomlDocument, { table, key, value }: Change): unknown {
  const whole = plain(data) as Record<string, unknown>;
  const section = whole[table];
  if (section === undefined && value === undefined) return whole;
  if (section !== undefined && (typeof section !== "object" || section === null)) throw notEditable();
  return plain({ ...whole, [table]: { ...section, [key]: value } });
}

/** Without null prototypes and undefined keys, so that two readings can be compared. */
function plain(data: unknown): unknown {
  return JSON.parse(JSON.stringify(data));
}

function notEditable(): McpError {
  return new McpError("E_CONFIG", "the settings file has a form that mcp cannot edit");
}
