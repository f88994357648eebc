/**
 * The processes of one user, its containers' included (those run under subordinate ids).
 * Linux only: read from /proc. Zombies are left out: they hold nothing, and init may reap them late.
 */
import { readdir, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { McpError } from "../../../values/error.ts";

const POLL_MS = 20;

/** Ids of the living processes whose real user id passes `owns`. */
export async function processesOf(owns: (uid: number) => boolean): Promise<number[]> {
  const entries = await readdir("/proc");
  const pids = entries.map(Number).filter((pid) => Number.isInteger(pid) && pid > 1);
  const owned = await Promise.all(pids.map(async (pid) => isLivingOf(await statusOf(pid), owns)));
  return pids.filter((_, index) => owned[index]);
}

/** Kills (SIGKILL) until no such process is left. @throws McpError E_TIMEOUT when some still live after `timeoutMs` */
export async function killProcessesOf(owns: (uid: number) => boolean, timeoutMs = 10_000): Promise<void> {
  const deadlineMs = Date.now() + timeoutMs;
  for (;;) {
    const pids = await processesOf(owns);
    if (pids.length === 0) return;
    if (Date.now() > deadlineMs) throw new McpError("E_TIMEOUT", `processes ${pids.join(", ")} survive SIGKILL`);
    for (const pid of pids) trySignal(pid, "SIGKILL");
    await sleep(POLL_MS);
  }
}

function isLivingOf(status: string | undefined, owns: (uid: number) => boolean): boolean {
  const uid = status?.match(/^Uid:\s+(\d+)/m)?.[1];
  return uid !== undefined && owns(Number(uid)) && !/^State:\s+[ZX]/m.test(status ?? "");
}

async function statusOf(pid: number): Promise<string | undefined> {
  try {
    return await readFile(`/proc/${pid}/status`, "utf8");
  } catch {
    return undefined; // it ended between the listing and the reading
  }
}

/** A process that has already exited is not an error. */
export function trySignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code !== "ESRCH") throw error;
  }
}
