/**
 * Paths below a service's directory, as operators type them and nodes check them: relative, with `/` between names.
 * Rule: an unusual path is refused, never corrected, so that people get exactly the file that they named.
 */

import type { Parsed } from "../../values/parsed.ts";
import { quoted } from "../../values/quoted.ts";

/** Linux's own limits (NAME_MAX, PATH_MAX), in bytes. */
const MAX_NAME_BYTES = 255;
const MAX_PATH_BYTES = 4_000;
const MAX_DEPTH = 64;

/** Names of half-written files on a node, which cannot be pushed or pulled. */
const TEMP_NAME = /^\.mcp-[0-9a-f]{24}\.part$/;

/** C0, DEL, C1 and marks of writing direction: the kernel allows them, but nobody uses them on purpose. */
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

/** The name under which a file is written until it is whole. */
export const tempName = (transfer: string) => `.mcp-${transfer}.part`;
export const isTempName = (name: string) => TEMP_NAME.test(name);

/** The names of the path in order, at least one. */
export function parseFilePath(text: string): Parsed<readonly string[]> {
  if (text.startsWith("/")) return { wrong: `${quoted(text)} is absolute; paths are below the service's directory` };
  if (Buffer.byteLength(text) > MAX_PATH_BYTES) return { wrong: `a path of more than ${MAX_PATH_BYTES} bytes` };
  const parts = text.split("/");
  if (parts.length > MAX_DEPTH) return { wrong: `a path of more than ${MAX_DEPTH} names` };
  for (const name of parts) {
    const wrong = wrongName(name);
    if (wrong !== undefined) return { wrong: `${quoted(text)} ${wrong}` };
  }
  return { value: parts };
}

function wrongName(name: string): string | undefined {
  if (name === "") return "has an empty name in it";
  if (name === "." || name === "..") return `has ${quoted(name)} in it`;
  if (CONTROLS.test(name)) return "has control characters in it";
  if (/\p{Surrogate}/u.test(name)) return "is not Unicode text";
  if (Buffer.byteLength(name) > MAX_NAME_BYTES) return `has a name of more than ${MAX_NAME_BYTES} bytes`;
  return isTempName(name) ? "is the name of a half-written file" : undefined;
}
