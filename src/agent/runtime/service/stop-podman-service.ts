/**
 * Stops a `podman system service` that we started. Rootless podman runs it twice: the process that we started, and a child
 * inside the user namespace, which serves requests and may end slightly later. Never kills the process group:
 * DNS servers and network helpers of containers may be in it.
 */
import type { ChildProcess } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

const GRACE_MS = 5_000;
const LOOK_EVERY_MS = 10;
/** Fields 3 and 20 of proc_pid_stat(5), counted from the one after the name. */
const STATE = 0;
const THREADS = 17;

const ending = new WeakMap<ChildProcess, Promise<void>>();

/** Sends SIGTERM, and SIGKILL after 5 s. Resolves when both have ended, for every caller: the inner one is not found later. */
export function stopService(child: ChildProcess): Promise<void> {
  const end = ending.get(child) ?? endBoth(child);
  ending.set(child, end);
  return end;
}

async function endBoth(child: ChildProcess): Promise<void> {
  const { pid } = child;
  if (pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const all = [pid, ...(await podmanChildren(pid))];
  child.kill("SIGTERM");
  const deadlineMs = Date.now() + GRACE_MS;
  for (let killed = false; await anyRuns(all); await sleep(LOOK_EVERY_MS)) {
    if (killed || Date.now() < deadlineMs) continue;
    for (const one of all) kill(one);
    killed = true;
  }
  child.stderr?.destroy(); // a process that it left running may have inherited the other end
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // it has ended by itself
  }
}

async function anyRuns(pids: readonly number[]): Promise<boolean> {
  return (await Promise.all(pids.map(runs))).some(Boolean);
}

/** The main thread may be a zombie while other threads still run and hold the socket; the last one releases it. */
async function runs(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  if (stat === undefined) return false;
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" "); // the name before may hold spaces and brackets
  return fields[STATE] !== "Z" || Number(fields[THREADS]) > 1;
}

/** Children that are podman itself; other children (slirp4netns) are needed by containers. */
async function podmanChildren(pid: number): Promise<number[]> {
  const found: number[] = [];
  for (const thread of await readdir(`/proc/${pid}/task`).catch(() => [])) {
    const list = await readFile(`/proc/${pid}/task/${thread}/children`, "utf8").catch(() => "");
    for (const child of list.split(/\s+/).map(Number).filter(Boolean)) {
      const name = await readFile(`/proc/${child}/comm`, "utf8").catch(() => "");
      if (name.trim() === "podman") found.push(child);
    }
  }
  return found;
}
