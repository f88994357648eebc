/**
 * Canonical JSON (RFC 8785): keys in the order of their UTF-16 code units, no white space, numbers and texts as
 * JSON.stringify writes them. So everybody hashes and signs the same bytes for the same value.
 */
import { configure } from "safe-stable-stringify";

/** Strict: what is not a JSON value is an error, and is not left out or changed. */
const stringify = configure({ bigint: false, circularValue: TypeError, deterministic: true, strict: true });

/**
 * Properties that are undefined are left out, as in JSON.
 * @throws Error for what is not a JSON value, RangeError for what is nested beyond reason
 */
export function canonicalText(value: unknown): string {
  const text = stringify(value);
  if (text === undefined) throw new TypeError("not a JSON value");
  return text;
}
