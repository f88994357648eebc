/**
 * Ends a `podman system service` that we started. Rootless podman runs it twice: the process we know waits for a
 * child of its own inside the user namespace, the one that serves. SIGTERM reaches both; SIGKILL must be sent to both.
 * Never to the process group: name servers of containers may be in it.
 */
import type { ChildProcess } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";

const GRACE_MS = 5_000;

/** Returns when the process has ended. */
export async function endService(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.kill("SIGTERM");
  const timer = setTimeout(() => void killWithChildren(child), GRACE_MS);
  await ended;
  clearTimeout(timer);
  child.stderr?.destroy(); // what it left running may have inherited the other end
}

async function killWithChildren(child: ChildProcess): Promise<void> {
  const inner = child.pid === undefined ? [] : await podmanChildren(child.pid);
  for (const pid of inner) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // it ended by itself meanwhile
    }
  }
  child.kill("SIGKILL");
}

/** Children that are podman itself; it has others (slirp4netns) that containers need. */
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
