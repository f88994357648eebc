/**
 * Sets a node's address under `[[nodes]]` of mcp.toml and keeps comments, order and spacing. The text is spliced and read
 * again, and it is returned only if nothing but that address has changed. Pure.
 */
import { isDeepStrictEqual } from "node:util";
import { parseToml, type TomlDocument, withoutMark } from "../../toml/parse-toml.ts";
import { tomlValue } from "../../toml/toml-text.ts";
import type { TomlNode } from "../../toml/toml-tree.ts";
import { McpError } from "../../values/error.ts";
import type { NodeName } from "../../values/names.ts";

/** @throws McpError E_CONFIG if the text is not valid TOML, or its nodes have a form that cannot be edited */
export function setNodeAddress(text: string, name: NodeName, address: string): string {
  const bare = withoutMark(text);
  const before = parseToml(bare);
  if (!("document" in before)) throw notEditable(name, address);
  const after = spliced(bare, before.document, { name, address });
  const result = parseToml(after);
  if (
    !("document" in result) ||
    !isDeepStrictEqual(plain(result.document.data), expected(before.document, name, address))
  ) {
    throw notEditable(name, address);
  }
  return text.slice(0, text.length - bare.length) + after;
}

interface Entry {
  readonly name: NodeName;
  readonly address: string;
}

function spliced(text: string, { tree }: TomlDocument, { name, address }: Entry): string {
  const newline = text.includes("\r\n") ? "\r\n" : "\n";
  const entry = nodesOf(tree.root).find((one) => leafOf(one, "name") === name);
  const old = entry && memberOf(entry, "address");
  if (old !== undefined) return replaced(text, old.valueRange.range, tomlValue(address));
  const end = entry && memberOf(entry, "name")?.valueRange.range[1];
  if (end !== undefined) return replaced(text, [end, end], `${newline}address = ${tomlValue(address)}`);
  const gap = text === "" ? "" : text.endsWith("\n") ? newline : newline + newline;
  const lines = ["[[nodes]]", `name = ${tomlValue(name)}`, `address = ${tomlValue(address)}`, ""];
  return text + gap + lines.join(newline);
}

function replaced(text: string, [from, to]: readonly [number, number], by: string): string {
  return text.slice(0, from) + by + text.slice(to);
}

function nodesOf(root: TomlNode): readonly TomlNode[] {
  const nodes = memberOf(root, "nodes");
  return nodes !== undefined && "list" in nodes.content ? nodes.content.list : [];
}

function memberOf({ content }: TomlNode, key: string): TomlNode | undefined {
  return "table" in content ? content.table.get(key) : undefined;
}

function leafOf(node: TomlNode, key: string): unknown {
  const member = memberOf(node, key);
  return member !== undefined && "leaf" in member.content ? member.content.leaf : undefined;
}

function expected(document: TomlDocument, name: NodeName, address: string): unknown {
  const data = plain(document.data) as Record<string, unknown>;
  const nodes = Array.isArray(data["nodes"]) ? (data["nodes"] as Record<string, unknown>[]) : [];
  const exists = nodes.some((one) => one["name"] === name);
  const changed = nodes.map((one) => (one["name"] === name ? { ...one, address } : one));
  return { ...data, nodes: exists ? changed : [...changed, { name, address }] };
}

/** Without null prototypes, so that two readings can be compared. */
function plain(data: unknown): unknown {
  return JSON.parse(JSON.stringify(data));
}

function notEditable(name: NodeName, address: string): McpError {
  return new McpError("E_CONFIG", "the settings file lists its nodes in a form that mcp cannot edit", {
    hint: `add this entry yourself: { name = ${tomlValue(name)}, address = ${tomlValue(address)} }`,
  });
}
