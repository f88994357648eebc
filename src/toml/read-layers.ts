/** Reads a settings file with overrides from the environment: every key has a variable (settings-keys.ts). */

import { type KeyKind, settingKeys, variableName } from "../schemas/settings/settings-keys.ts";
import type { Parsed } from "../values/parsed.ts";
import { present } from "../values/present.ts";
import type { Shape } from "./check-shape.ts";
import { type FileKind, readChecked } from "./read-checked.ts";
import { SettingsCheck } from "./settings-check.ts";
import { child } from "./toml-path.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Layers<T> {
  /** Path of the file, for messages. */
  readonly path: string;
  /** Undefined if there is no file; then only the environment is used. */
  readonly text: string | undefined;
  readonly kind: Omit<FileKind<T>, "shape">;
  /** A key table of settings-keys.ts. */
  readonly keys: object;
  /** Tables of the file that have no variables. */
  readonly shape?: Shape;
  readonly prefix: string;
  readonly env: Environment;
}

/**
 * The settings with all overrides, and the check to continue with; call `done()` on it at the end.
 * @throws McpError if the file itself is invalid
 */
export function readLayers<T extends object>(layers: Layers<T>): { data: T; check: SettingsCheck } {
  const { path, text, keys, env, prefix, kind } = layers;
  const file =
    text === undefined ? undefined : readChecked(path, text, { ...kind, shape: { ...shapeOf(keys), ...layers.shape } });
  const given = settingKeys(keys).flatMap((key) => {
    const name = variableName(prefix, key.path);
    const value = env[name];
    return value === undefined || value === "" ? [] : [{ ...key, name, value }];
  });
  const variables = new Map(given.map((one) => [one.path.join("."), one.name]));
  const check = new SettingsCheck({ path, variables, ...present({ document: file?.document }) }, kind.code);
  const values = given.map((one) => ({ ...one, parsed: check.parse(one.path, one.value, parserOf(one.kind)) }));
  const merged = values.reduce<unknown>((data, { path: at, parsed }) => withValue(data, at, parsed), file?.data ?? {});
  const result = kind.validate(merged);
  if (result.success) return { data: result.data, check };
  for (const one of given) reportInvalidVariable(one, { check, validate: kind.validate });
  check.done();
  throw new TypeError("valid settings are invalid with the environment, but each variable is valid");
}

/** Reports a variable that is invalid on its own (`MCP_AGENT_LOG_LEVEL=loud`). */
function reportInvalidVariable<T>(
  { path, value, kind }: { path: readonly string[]; value: string; kind: KeyKind },
  { check, validate }: { check: SettingsCheck; validate: FileKind<T>["validate"] },
): void {
  const parsed = parserOf(kind)(value);
  if ("wrong" in parsed) return;
  const result = validate(withValue({}, path, parsed.value));
  if (result.success) return;
  const expected = result.errors[0]?.expected.replace(/ \| undefined/, "").replace(/^\((.*)\)$/, "$1");
  check.add(path, { wrong: `must be ${expected?.replaceAll(" | ", " or ") ?? "something else"}` });
}

/** A copy of `data` with one value set; `data` itself if the value is undefined. */
function withValue(data: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (value === undefined) return data;
  if (key === undefined) return value;
  return { ...(typeof data === "object" ? data : {}), [key]: withValue(child(data, key) ?? {}, rest, value) };
}

function parserOf(kind: KeyKind): (text: string) => Parsed<unknown> {
  if (kind === "number") return parseNumber;
  if (kind === "flag") return parseFlag;
  if (kind === "list") return parseList;
  return kind === "nodes" ? parseNodes : (text) => ({ value: text });
}

function parseNumber(text: string): Parsed<number> {
  const value = Number(text);
  return text.trim() !== "" && Number.isFinite(value) ? { value } : { wrong: "must be a number" };
}

function parseFlag(text: string): Parsed<boolean> {
  return text === "true" || text === "false" ? { value: text === "true" } : { wrong: "must be true or false" };
}

/** Separated by commas, or a JSON array if an element contains a comma. */
function parseList(text: string): Parsed<string[]> {
  if (!text.trimStart().startsWith("[")) return { value: text.split(",").map((item) => item.trim()) };
  try {
    const list: unknown = JSON.parse(text);
    if (Array.isArray(list) && list.every((item) => typeof item === "string")) return { value: list };
    return { wrong: "must be a JSON array of strings" };
  } catch {
    return { wrong: "begins like a JSON array but is not valid JSON" };
  }
}

/** `rift=100.95.252.120:9444,orion` */
function parseNodes(text: string): Parsed<{ name: string; address?: string }[]> {
  const entries = text.split(",").map((item) => item.trim().split("="));
  return { value: entries.map(([name = "", address]) => ({ name, ...present({ address }) })) };
}

const EXAMPLES: Record<KeyKind, string> = { text: '"…"', number: "1", flag: "true", list: '["…"]', nodes: "[[nodes]]" };
const NODE_KEYS = { name: '"rift"', address: '"rift.example.net"' };

/** The shape of a table of keys, section by section. */
function shapeOf(keys: object, prefix = ""): Shape {
  const entries: [string, KeyKind | object][] = Object.entries(keys);
  const sections = entries.map(([key, kind]) => {
    const name = prefix === "" ? key : `${prefix}.${key}`;
    if (kind === "nodes") return { [`${name}[]`]: NODE_KEYS };
    return typeof kind === "object" ? shapeOf(kind, name) : {};
  });
  const own = entries.map(([key, kind]) => [key, typeof kind === "object" ? `[${key}]` : EXAMPLES[kind as KeyKind]]);
  return Object.assign({ [prefix]: Object.fromEntries(own) }, ...sections);
}
