/**
 * What containers use, from /proc: their first process and all its descendants. This needs no control group of the
 * container (rootless containers have none on cgroup v1, where podman's own statistics fail), no permission
 * except to read, and no extra process. See proc(5).
 */
import { readdir, readFile } from "node:fs/promises";
import { cpus, freemem, loadavg, totalmem } from "node:os";
import type { MachineUsage, ProcessUsage } from "../../schemas/wire/live-container.ts";

interface Process {
  readonly parent: number;
  /** Its own CPU time, and that of the children it has waited for. */
  readonly ticks: number;
}

/** Every process that we can see, by id, with its children. */
export interface ProcessTable {
  readonly processes: ReadonlyMap<number, Process>;
  readonly children: ReadonlyMap<number, readonly number[]>;
}

/** USER_HZ: 100 on every current Linux; times(2). */
const TICK_MS = 10;
const PROC = "/proc";

export async function readProcesses(proc = PROC): Promise<ProcessTable> {
  const ids = (await readdir(proc)).filter((name) => /^\d+$/.test(name)).map(Number);
  const processes = new Map<number, Process>();
  const children = new Map<number, number[]>();
  await Promise.all(
    ids.map(async (id) => {
      const stat = await readFile(`${proc}/${id}/stat`, "latin1").catch(() => ""); // it has ended meanwhile
      const process = processOf(stat);
      if (process === undefined) return;
      processes.set(id, process);
      children.set(process.parent, [...(children.get(process.parent) ?? []), id]);
    }),
  );
  return { processes, children };
}

/** `pid (name, which may hold blanks and brackets) state ppid …`; utime, stime, cutime, cstime are fields 14 to 17. */
function processOf(stat: string): Process | undefined {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [parent, ...times] = [fields[1], ...fields.slice(11, 15)].map(Number);
  const ticks = times.reduce((sum, time) => sum + time, 0);
  return parent === undefined || times.length < 4 || Number.isNaN(ticks + parent) ? undefined : { parent, ticks };
}

/** Usage of the process and all its descendants; undefined when it is not in the table. */
export async function usageOf(pid: number, table: ProcessTable, proc = PROC): Promise<ProcessUsage | undefined> {
  if (!table.processes.has(pid)) return undefined;
  const ids = treeOf(pid, table);
  const ticks = ids.reduce((sum, id) => sum + (table.processes.get(id)?.ticks ?? 0), 0);
  const sizes = await Promise.all(ids.map((id) => residentBytes(id, proc)));
  return {
    cpuMs: ticks * TICK_MS,
    memoryBytes: sizes.reduce((sum, size) => sum + size, 0),
    processes: ids.length,
  };
}

function treeOf(pid: number, { children }: ProcessTable): number[] {
  const found = [pid];
  for (const id of found) found.push(...(children.get(id) ?? []).filter((child) => !found.includes(child)));
  return found;
}

async function residentBytes(id: number, proc: string): Promise<number> {
  const status = await readFile(`${proc}/${id}/status`, "latin1").catch(() => ""); // it has ended meanwhile
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
}

export function machineUsage(): MachineUsage {
  return {
    atMs: performance.now(),
    cpus: cpus().length,
    load1: loadavg()[0] ?? 0,
    memoryBytes: totalmem(),
    memoryFreeBytes: freemem(),
  };
}
