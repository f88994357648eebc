/**
 * Changes keys of one table of a TOML text and nothing else: comments, order and spacing stay. As set-value.ts, for what
 * stands under a `[header]`: the text is spliced, read again, and handed out only when nothing but these keys changed.
 */
import { isDeepStrictEqual } from "node:util";
import { McpError } from "../values/error.ts";
import { parseToml, type TomlDocument, withoutMark } from "./parse-toml.ts";
import { insertBelow, isOwnLine } from "./set-value.ts";
import { tomlKey, tomlValue } from "./toml-text.ts";
import type { TomlNode } from "./toml-tree.ts";

/** By key; undefined takes the key away, with its line. */
export type TableValues = Readonly<Record<string, string | readonly string[] | undefined>>;

/** @throws McpError E_CONFIG when `text` is not valid TOML, or writes the table in a way that is not understood here */
export function setTableValues(text: string, table: string, values: TableValues): string {
  const bare = withoutMark(text);
  const changed = Object.entries(values).reduce((done, [key, value]) => setOne(done, { table, key, value }), bare);
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
  throw notUnderstood();
}

function read(text: string): TomlDocument {
  const result = parseToml(text);
  if ("document" in result) return result.document;
  throw notUnderstood();
}

function spliced(text: string, { tree }: TomlDocument, { table, key, value }: Change): string {
  const line = `${tomlKey(key)} = ${tomlValue(value)}`;
  const section = memberOf(tree.root, table);
  if (section === undefined)
    return `${text}${text === "" || text.endsWith("\n") ? "" : "\n"}\n[${tomlKey(table)}]\n${line}\n`;
  const old = memberOf(section, key);
  if (old === undefined) return insertBelow(text, lastOf(section).place.range[1], line);
  const [from, to] = old.place.range;
  return value === undefined ? withoutLines(text, old) : text.slice(0, from) + tomlValue(value) + text.slice(to);
}

function memberOf({ content }: TomlNode, key: string): TomlNode | undefined {
  return "table" in content ? content.table.get(key) : undefined;
}

/** The last value on a line of its own; the header where there is none. */
function lastOf(section: TomlNode): TomlNode {
  const members = "table" in section.content ? [...section.content.table.values()] : [];
  return members.filter(isOwnLine).at(-1) ?? section;
}

function withoutLines(text: string, { keyPlace, place }: TomlNode): string {
  const next = text.indexOf("\n", place.range[1]);
  const start = text.lastIndexOf("\n", keyPlace.range[0]) + 1;
  return text.slice(0, start) + (next < 0 ? "" : text.slice(next + 1));
}

function expected({ data }: TomlDocument, { table, key, value }: Change): unknown {
  const whole = plain(data) as Record<string, unknown>;
  const section = whole[table];
  if (section === undefined && value === undefined) return whole;
  if (section !== undefined && (typeof section !== "object" || section === null)) throw notUnderstood();
  return plain({ ...whole, [table]: { ...section, [key]: value } });
}

/** Without the null prototypes of the parser's tables and keys that are undefined, so that two readings compare. */
function plain(data: unknown): unknown {
  return JSON.parse(JSON.stringify(data));
}

function notUnderstood(): McpError {
  return new McpError("E_CONFIG", "the settings file is written in a way that is not changed by itself");
}
