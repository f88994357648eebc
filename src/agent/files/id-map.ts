/**
 * The user and group ids that exist in this process's user namespace. In podman's namespace these are the agent's user
 * (0) and their subordinate ids; no file can be given to any other id there.
 */
import { readFile } from "node:fs/promises";
import type { FileOwner } from "../../schemas/wire/request.ts";
import { McpError } from "../../values/error.ts";

/** First and last id of a range, both included. */
export interface IdRange {
  readonly first: number;
  readonly last: number;
}

export interface IdMaps {
  readonly uid: readonly IdRange[];
  readonly gid: readonly IdRange[];
}

/** The ranges in the text of `/proc/<pid>/uid_map`: lines of `first outside count`. */
export function parseIdMap(text: string): IdRange[] {
  const ranges = text
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number))
    .flatMap(([first = Number.NaN, , count = 0]) => (count > 0 ? [{ first, last: first + count - 1 }] : []))
    .toSorted((a, b) => a.first - b.first);
  const joined: IdRange[] = [];
  for (const range of ranges) {
    const before = joined.at(-1);
    if (before === undefined || before.last + 1 < range.first) joined.push(range);
    else joined[joined.length - 1] = { first: before.first, last: Math.max(before.last, range.last) };
  }
  return joined;
}

/** Those of this process. */
export async function readIdMaps(): Promise<IdMaps> {
  const [uid, gid] = await Promise.all(["uid", "gid"].map((kind) => readFile(`/proc/self/${kind}_map`, "utf8")));
  return { uid: parseIdMap(uid ?? ""), gid: parseIdMap(gid ?? "") };
}

/** @param shown the file as operators know it @throws McpError E_FILE for an owner that does not exist here */
export function requireMapped(shown: string, owner: FileOwner, maps: IdMaps): void {
  for (const kind of ["uid", "gid"] as const) {
    const id = owner[kind];
    const ranges = maps[kind];
    if (ranges.some(({ first, last }) => id >= first && id <= last)) continue;
    const available = ranges.map(({ first, last }) => `${first}-${last}`).join(", ");
    const text = `${shown}: ${kind} ${id} is outside the subordinate ids of the agent's user (available: ${available})`;
    throw new McpError("E_FILE", text, {
      hint: `choose a ${kind} in that range, or extend it on the node with \`usermod --add-sub${kind}s\` and restart podman`,
    });
  }
}
