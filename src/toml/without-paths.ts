/** Copies TOML data into ordinary objects, without the values at the given paths. */
import type { TomlPath } from "./toml-path.ts";

/**
 * For an element of a list the whole list is left out: the remaining elements must keep their indexes, which name positions
 * in the file.
 */
export function withoutPaths(data: unknown, paths: readonly TomlPath[]): unknown {
  const cut = new Set(paths.map((path) => keyOf(path.slice(0, path.findLastIndex((s) => typeof s === "string") + 1))));
  const copy = (value: unknown, path: TomlPath): unknown => {
    if (Array.isArray(value)) return value.map((item, index) => copy(item, [...path, index]));
    if (typeof value !== "object" || value === null) return value;
    const kept = Object.entries(value).filter(([key]) => !cut.has(keyOf([...path, key])));
    return Object.fromEntries(kept.map(([key, inner]) => [key, copy(inner, [...path, key])]));
  };
  return copy(data, []);
}

const keyOf = (path: TomlPath) => JSON.stringify(path);
