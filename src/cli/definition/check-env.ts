/**
 * The environment of one component: a list of KEY=VALUE or a table. Keys may contain dots and hyphens, since many
 * programs read such names (`discovery.type`). Values never appear in a message: they may be secrets.
 */
import type { Parsed } from "../../values/parsed.ts";
import type { TableCheck } from "./table-check.ts";

const KEY = /^[A-Za-z_][A-Za-z0-9_.-]{0,254}$/;
/** The key that would change the prototype of a JavaScript object. */
const FORBIDDEN = "__proto__";

export const isVariableName = (name: string): boolean => KEY.test(name) && name !== FORBIDDEN;

type Pair = readonly [key: string, value: string];

export function checkEnv(
  given: readonly string[] | Readonly<Record<string, string>> | undefined,
  check: TableCheck,
): Record<string, string> {
  const pairs = isList(given) ? checkList(given, check) : checkTable(given ?? {}, check.within("env"));
  return Object.fromEntries(pairs);
}

/** `Array.isArray` does not narrow a union of a readonly list and a record. */
function isList(given: unknown): given is readonly string[] {
  return Array.isArray(given);
}

function checkList(given: readonly string[], check: TableCheck): Pair[] {
  const keys = given.map((text, index) => (text.includes("=") ? text.slice(0, text.indexOf("=")) : `(${index})`));
  check.refuseTwice("env", keys, "key");
  return check.parseEach("env", given, parseLine);
}

function checkTable(given: Readonly<Record<string, string>>, check: TableCheck): Pair[] {
  const pairs = Object.entries(given).map(([key, value]) => check.parse(key, value, () => parsePair(key, value)));
  return pairs.filter((pair) => pair !== undefined);
}

function parseLine(text: string): Parsed<Pair> {
  const equals = text.indexOf("=");
  if (equals >= 0) return parsePair(text.slice(0, equals), text.slice(equals + 1));
  const key = KEY.test(text) ? text : "KEY";
  return {
    wrong: "does not have the form KEY=VALUE (a container inherits no variable of the node)",
    instead: `"${key}=…"`,
  };
}

/** Only what could belong to a name: with a slip such as `PASSWORD: …=` the value comes before the first `=`. */
function shownKey(key: string): string {
  const start = /^[\w.-]{0,64}/.exec(key)?.[0] ?? "";
  return JSON.stringify(start === key ? key : `${start}…`);
}

function parsePair(key: string, value: string): Parsed<Pair> {
  if (!isVariableName(key)) {
    return { wrong: `${shownKey(key)} is not a variable name (letters, digits, _ . -, no digit first)` };
  }
  return value.includes("\0") ? { wrong: `the value of ${key} contains a NUL character` } : { value: [key, value] };
}
