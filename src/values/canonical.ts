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
