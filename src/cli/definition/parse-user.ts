/** `user`: `uid[:gid]` or `name[:group]`, as the container knows them. */
import type { Parsed } from "../../values/parsed.ts";

const NAME = /^(?:\d{1,10}|[A-Za-z_][A-Za-z0-9_.-]{0,31}\$?)$/;
/** The largest id; the one above it means "none" to the kernel. */
const MAX_ID = 2 ** 32 - 2;

export function parseUser(text: string): Parsed<string> {
  const parts = text.split(":");
  const good = parts.length <= 2 && parts.every((part) => NAME.test(part) && !(Number(part) > MAX_ID));
  if (good) return { value: text };
  return { wrong: `"${text}" is neither uid[:gid] nor name[:group]`, instead: '"1000:1000"' };
}
