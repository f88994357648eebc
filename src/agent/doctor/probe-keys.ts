/** Reads how many kernel keys a user has, and may have. */
import { readFile } from "node:fs/promises";
import type { KeysFacts } from "./facts.ts";

/** @returns undefined when the kernel does not show it */
export async function probeKeys(uid: number): Promise<KeysFacts | undefined> {
  const [users, maxCount, maxBytes] = await Promise.all(
    ["key-users", "sys/kernel/keys/maxkeys", "sys/kernel/keys/maxbytes"].map((name) =>
      readFile(`/proc/${name}`, "utf8").catch(() => ""),
    ),
  );
  return readKeys(users ?? "", uid) ?? noneInUse(Number(maxCount), Number(maxBytes));
}

/** The user's line of /proc/key-users: `999: <usage> <keys>/<instantiated> <counted>/<allowed> <bytes>/<allowed>`. */
export function readKeys(text: string, uid: number): KeysFacts | undefined {
  const line = new RegExp(`^\\s*${uid}:\\s+\\d+\\s+\\d+/\\d+\\s+(\\d+)/(\\d+)\\s+(\\d+)/(\\d+)\\s*$`, "m");
  const numbers = line.exec(text)?.slice(1).map(Number);
  if (numbers === undefined) return undefined;
  const [count = 0, maxCount = 0, bytes = 0, maxBytes = 0] = numbers;
  return { count, bytes, maxCount, maxBytes };
}

/** A user without keys has no line. */
function noneInUse(maxCount: number, maxBytes: number): KeysFacts | undefined {
  return maxCount > 0 && maxBytes > 0 ? { count: 0, bytes: 0, maxCount, maxBytes } : undefined;
}
