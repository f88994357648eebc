/**
 * The one home of the rule that values of `env` may be secrets: they are shown nowhere but where somebody asked for them
 * (`--reveal`) and in files that hold definitions or documents. Names are shown, and that a value changed. What stands
 * in `cmd`, in labels and in health checks is not a secret by this rule. Pure.
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

/** Any value of which nobody knows what is in it, with whatever is under a key `env` hidden. */
export function withoutEnv(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEnv);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, key === "env" ? HIDDEN : withoutEnv(inner)]),
  );
}

/** Shorter ones (`true`, `8080`) are everyday words, and nobody could read a text without them. */
const SHORTEST_STRUCK = 6;

/**
 * A text of somebody else's (podman's, a container's last words) with each value of `env` of six characters or more
 * struck out: its variable's name stands there, `$PASSWORD`. Also as JSON and Go quote it, and line by line.
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
