/** The path of a value in a TOML document, and its text for messages. */

/** Keys and indexes (from 0), outermost first; empty for the whole document. */
export type TomlPath = readonly (string | number)[];

/**
 * `components.api.ports[0]`: an element of a list of tables is shown by its `name` if that is a plain word.
 * @param data the document that the path belongs to
 */
export function fieldName(path: TomlPath, data: unknown): string {
  const { text } = path.reduce<{ text: string; value: unknown }>(
    ({ text, value }, segment) => {
      const inner = child(value, segment);
      const name = typeof segment === "number" ? plainName(inner) : undefined;
      return { text: text + segmentText(name ?? segment, text === ""), value: inner };
    },
    { text: "", value: data },
  );
  return text;
}

function segmentText(segment: string | number, first: boolean): string {
  if (typeof segment === "number") return `[${segment}]`;
  const key = /^[A-Za-z0-9_-]{1,64}$/.test(segment) ? segment : JSON.stringify(segment.slice(0, 64));
  return first ? key : `.${key}`;
}

function plainName(value: unknown): string | undefined {
  const name = child(value, "name");
  return typeof name === "string" && /^[A-Za-z0-9_-]{1,64}$/.test(name) ? name : undefined;
}

/** The own member of a table or list; undefined if it does not exist. */
export function child(value: unknown, segment: string | number): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return Object.getOwnPropertyDescriptor(value, segment)?.value;
}
