/** Renders values as TOML text. */

/** One value on one line: string, number, boolean, list, or inline table. */
export function tomlValue(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(tomlValue).join(", ")}]`;
  if (typeof value === "string") return tomlString(value);
  if (typeof value !== "object" || value === null) return String(value);
  const members = Object.entries(value).map(([key, inner]) => `${tomlKey(key)} = ${tomlValue(inner)}`);
  return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
}

export type TomlValues = Readonly<Record<string, string | readonly string[] | undefined>>;

/** One line for each key. Leaves out undefined values and empty lists. */
export function tomlLines(values: TomlValues): string {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined && value.length > 0)
    .map(([key, value]) => `${tomlKey(key)} = ${tomlValue(value)}\n`)
    .join("");
}

export function tomlKey(key: string): string {
  return /^[A-Za-z0-9_-]+$/.test(key) ? key : tomlString(key);
}

/** JSON's escapes are valid in TOML. Only DEL differs: JSON does not escape it, and TOML does not allow it. */
function tomlString(text: string): string {
  return JSON.stringify(text).replaceAll("\u007f", "\\u007f");
}
