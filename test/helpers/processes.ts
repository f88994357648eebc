/** What /proc tells of processes that a test started. Any of them, or one thread of it, may end while it is looked at. */
import { readdirSync, readFileSync } from "node:fs";

/** Its children, of whichever of its threads. */
export function childrenOf(pid: number): number[] {
  const lists = threadsOf(pid).map((thread) => orNothing(() => readFileSync(`${thread}/children`, "utf8")));
  return lists.join(" ").split(/\s+/).map(Number).filter(Boolean);
}

/** After a SIGSTOP: a thread on another core goes on for a moment after the signal was sent, and would still answer. */
export function untilStopped(pid: number): void {
  while (!threadsOf(pid).every(standsStill));
}

function standsStill(thread: string): boolean {
  const stat = orNothing(() => readFileSync(`${thread}/stat`, "utf8"));
  return stat === undefined || /\) [TZX] /.test(stat);
}

function threadsOf(pid: number): string[] {
  const ids = orNothing(() => readdirSync(`/proc/${pid}/task`)) ?? [];
  return ids.map((id) => `/proc/${pid}/task/${id}`);
}

function orNothing<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
