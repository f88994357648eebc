/** Reads /proc for the processes of a test. A process or thread may end during the read. */
import { readdirSync, readFileSync } from "node:fs";

/** USER_HZ, which is 100 on every Linux that Node has builds for. */
const MS_PER_TICK = 10;

/** Its children, of whichever of its threads. */
export function childrenOf(pid: number): number[] {
  const lists = threadsOf(pid).map((thread) => orNothing(() => readFileSync(`${thread}/children`, "utf8")));
  return lists.join(" ").split(/\s+/).map(Number).filter(Boolean);
}

/** Those whose command line contains the text. Zombies have no command line. */
export function processesNaming(text: string): number[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const line = (pid: string) => orNothing(() => readFileSync(`/proc/${pid}/cmdline`, "utf8")) ?? "";
  return pids.filter((pid) => line(pid).includes(text)).map(Number);
}

/** Processor time that these processes have used so far, in milliseconds. */
export function processorMs(pids: readonly number[]): number {
  const used = pids.map((pid) => {
    const stat = orNothing(() => readFileSync(`/proc/${pid}/stat`, "utf8")) ?? "";
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * MS_PER_TICK;
  });
  return used.reduce((sum, ms) => sum + ms, 0);
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
