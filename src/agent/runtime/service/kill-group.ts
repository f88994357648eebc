/**
 * Kills a process group that may belong to a subordinate user id: podman's containers run as such, and only from
 * within podman's user namespace may their processes be signalled.
 */
import { execFile } from "node:child_process";
import { promisify } from "node:util";

const LIMIT_MS = 5_000;

/** SIGKILL to the group that `pid` leads (a command run inside a container leads its own). Gone already is no error. */
export async function killGroup(pid: number): Promise<void> {
  if (!Number.isInteger(pid) || pid <= 1) return; // -1 and 0 would mean everybody
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return;
    await promisify(execFile)("podman", ["unshare", "kill", "-KILL", "--", `-${pid}`], { timeout: LIMIT_MS });
  }
}
