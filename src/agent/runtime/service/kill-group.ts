/**
 * Kills a process group that may belong to a subordinate user id: podman's containers run with such ids, and only from
 * inside podman's user namespace can their processes be signaled.
 */
import { execFile } from "node:child_process";
import { promisify } from "node:util";

const LIMIT_MS = 5_000;

/** Sends SIGKILL to the group that `pid` leads (a command in a container leads its own). A missing group is not an error. */
export async function killGroup(pid: number): Promise<void> {
  if (!Number.isInteger(pid) || pid <= 1) return; // -1 and 0 would mean everybody
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return;
    await promisify(execFile)("podman", ["unshare", "kill", "-KILL", "--", `-${pid}`], { timeout: LIMIT_MS });
  }
}
