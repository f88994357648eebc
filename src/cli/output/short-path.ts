/** A path as a person types it: relative when it is below the current directory, else absolute. Pure. */
import { isAbsolute, relative } from "node:path";

export function shortPath(path: string, cwd: string): string {
  const short = relative(cwd, path);
  return short === "" || short.startsWith("..") || isAbsolute(short) ? path : short;
}
