/**
 * The lock of an identity directory: a file with the process id of its holder. Other processes wait up to 10 seconds. The
 * lock of a process that no longer exists is removed.
 */
import { randomUUID } from "node:crypto";
import { readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { writeOnce } from "../../disk/atomic-file.ts";
import { hasCode, McpError } from "../../values/error.ts";

const TIMEOUT_MS = 10_000;
const POLL_MS = 25;

/** Runs `work` while holding the lock of this directory. @throws McpError E_CONFLICT, E_FILE */
export async function whileLocked<T>(dir: string, work: () => Promise<T>): Promise<T> {
  const path = join(dir, "lock");
  const deadline = Date.now() + TIMEOUT_MS;
  while (!(await take(path))) {
    const holder = Number(await readFile(path, "utf8").catch(() => ""));
    if (holder > 0 && !isAlive(holder)) await removeStale(path);
    else if (Date.now() > deadline) throw busy(path, holder);
    else await sleep(POLL_MS);
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function take(path: string): Promise<boolean> {
  try {
    await writeOnce(path, String(process.pid));
    return true;
  } catch (error) {
    if (hasCode(error, "E_CONFLICT")) return false;
    throw error;
  }
}

/** If several processes find a stale lock, the rename lets only one of them remove it. */
async function removeStale(path: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  await rename(path, aside).catch(() => undefined); // another was faster
  await rm(aside, { force: true });
}

/** Also true for the process of another user, which we may not signal. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
}

function busy(path: string, holder: number): McpError {
  return new McpError("E_CONFLICT", `${path}: process ${holder} is using the identity directory`, {
    hint: "wait until it has finished, then run the command again",
  });
}
