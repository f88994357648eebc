/** A path as somebody types it: relative to where he is when it lies below, else whole. Pure. */
import { isAbsolute, relative } from "node:path";

export function shortPath(path: string, cwd: string): string {
  const short = relative(cwd, path);
  return short === "" || short.startsWith("..") || isAbsolute(short) ? path : short;
}
