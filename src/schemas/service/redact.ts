/**
 * Hides values of `env`, which may be secrets. They are shown only on request (`--reveal`) and in files that contain
 * definitions or documents. Names are shown, and whether a value changed. Rule: `cmd`, labels and health checks are not
 * secrets. Pure.
 */
import { type DesiredService, isTombstone } from "./desired.ts";
import type { ComponentSpec, ServiceSpec } from "./spec.ts";

type Env = ComponentSpec["env"];

/** Stands for a value where a definition or a document is shown. */
export const HIDDEN = "***";

/** Stand for values where differences are shown. */
export const ENV_WORDS = { none: "(none)", set: "(set)", changed: "(changed)" } as const;

/** The names with their values hidden. */
export function withoutValues(env: Env): Record<string, string> {
  return Object.fromEntries(Object.keys(env).map((name) => [name, HIDDEN]));
}

/** As it may be shown. */
export function shownSpec(spec: ServiceSpec): ServiceSpec {
  return { ...spec, components: spec.components.map((one) => ({ ...one, env: withoutValues(one.env) })) };
}

/** As it may be shown; a tombstone hides what it retires, too. */
export function shownDocument(document: DesiredService): DesiredService {
  if (!isTombstone(document)) return { ...document, spec: shownSpec(document.spec) };
  return document.retired === undefined ? document : { ...document, retired: shownSpec(document.retired) };
}

/** An unknown value, with everything under a key `env` hidden. */
export function withoutEnv(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEnv);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, key === "env" ? HIDDEN : withoutEnv(inner)]),
  );
}

/** Shorter values (`true`, `8080`) are common words; a text without them would be unreadable. */
const SHORTEST_STRUCK = 6;

/**
 * A foreign text (of podman, or the last output of a container) in which each value of `env` with six or more characters
 * is replaced by its variable's name, `$PASSWORD`, also quoted as in JSON or Go, and line by line.
 */
export function strikeOut(text: string, env: Env): string {
  return piecesOf(env).reduce((left, [piece, name]) => left.replaceAll(piece, () => `$${name}`), text);
}

/** Longest first, so that no piece is struck out of the middle of another. */
function piecesOf(env: Env): [piece: string, name: string][] {
  const pieces = Object.entries(env).flatMap(([name, value]) =>
    [value, JSON.stringify(value).slice(1, -1), ...value.split(/\r?\n/)].map((piece): [string, string] => [
      piece,
      name,
    ]),
  );
  return pieces.filter(([piece]) => piece.length >= SHORTEST_STRUCK).sort(([a], [b]) => b.length - a.length);
}
