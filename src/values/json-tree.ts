/**
 * Reads JSON of another program by path, leniently: what is missing or of another type is empty. For answers that are
 * read completely and whose members differ between releases; fields.ts reads what must be present.
 */
export function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((now, key) => (isRecord(now) ? now[key] : undefined), value);
}

export function textAt(value: unknown, ...path: readonly string[]): string {
  const found = at(value, ...path);
  return typeof found === "string" ? found : "";
}

export function numberAt(value: unknown, ...path: readonly string[]): number {
  const found = at(value, ...path);
  return typeof found === "number" ? found : 0;
}

export function isTrueAt(value: unknown, ...path: readonly string[]): boolean {
  return at(value, ...path) === true;
}

export function itemsAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
}

export function textsAt(value: unknown, ...path: readonly string[]): string[] {
  return itemsAt(value, ...path).filter((item) => typeof item === "string");
}

export function entriesAt(value: unknown, ...path: readonly string[]): [string, unknown][] {
  const found = at(value, ...path);
  return isRecord(found) ? Object.entries(found) : [];
}

/** A map of strings; other members are left out. */
export function textMapAt(value: unknown, ...path: readonly string[]): Record<string, string> {
  const texts = entriesAt(value, ...path).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  return Object.fromEntries(texts);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
