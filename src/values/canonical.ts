/**
 * Canonical JSON (RFC 8785): keys in the order of their UTF-16 code units, no white space, numbers and strings
 * as in JSON.stringify. So the same value always has the same bytes to hash and sign.
 */
import { configure } from "safe-stable-stringify";

/** Strict: a value that JSON does not have is an error. It is not left out or converted. */
const stringify = configure({ bigint: false, circularValue: TypeError, deterministic: true, strict: true });

/**
 * Undefined properties are left out, as in JSON.
 * @throws Error for a value that JSON does not have, RangeError for one that is nested too deeply
 */
export function canonicalText(value: unknown): string {
  const text = stringify(value);
  if (text === undefined) throw new TypeError("not a JSON value");
  return text;
}

/** No document nests its data nearly as deeply; canonicalText can take ten times as much. */
const MAX_DEPTH = 200;

/** Such texts have no deeper nesting than their number of brackets, and no number beyond a double's range: no walk is needed. */
const MANY_BRACKETS = new RegExp(`^(?:[^[{]*[[{]){${MAX_DEPTH}}`);
const LARGE_NUMBER = /\d[eE]\+?\d{3,}\s*(?:[,\]}]|$)|\d{100}/;

/** Whether canonicalText takes what JSON.parse read from this text. A number such as 1e999 has no canonical form. */
export function hasCanonicalForm(text: string, value: unknown): boolean {
  return !(MANY_BRACKETS.test(text) || LARGE_NUMBER.test(text)) || isCanonical(value);
}

function isCanonical(value: unknown, depth = 0): boolean {
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object" || value === null) return true;
  if (depth === MAX_DEPTH) return false;
  for (const member of Object.values(value)) if (!isCanonical(member, depth + 1)) return false;
  return true;
}
