/**
 * Reads the facts of this machine that podman's settings depend on (see containers-conf.ts), and opens
 * /dev/net/tun, without which rootless containers have no network. Changes nothing else.
 */
import { access, chmod, constants, readFile, stat } from "node:fs/promises";
import { release } from "node:os";
import { join } from "node:path";
import type { CgroupLayout, MachineFacts } from "./containers-conf.ts";

const CGROUP_ROOT = "/sys/fs/cgroup";
const TUN_DEVICE = "/dev/net/tun";
const OPEN_TO_ALL = 0o666;

/** The facts for podman run with this XDG_RUNTIME_DIR and search path. */
export async function probeMachine(runtimeDir: string, path: string): Promise<MachineFacts> {
  const [cgroups, limits, systemdSession, hasRunc, hasCrun] = await Promise.all([
    cgroupLayout(),
    readFile("/proc/self/limits", "utf8"),
    exists(join(runtimeDir, "systemd/private")),
    onPath("runc", path),
    onPath("crun", path),
  ]);
  const [major, minor] = release().split(".").map(Number);
  return {
    cgroups,
    runtimes: [...(hasRunc ? ["runc"] : []), ...(hasCrun ? ["crun"] : [])],
    hardLimits: { nofile: hardLimit(limits, "Max open files"), nproc: hardLimit(limits, "Max processes") },
    systemdSession,
    kernel: [major ?? 0, minor ?? 0],
  };
}

export type TunState = "open" | "opened" | "closed" | "missing";

/** Makes /dev/net/tun usable for everybody (mode 0666, a normal machine's mode) where we are root; returns what it found. */
export async function openTun(): Promise<TunState> {
  if (!(await exists(TUN_DEVICE))) return "missing";
  const { mode } = await stat(TUN_DEVICE);
  if ((mode & OPEN_TO_ALL) === OPEN_TO_ALL) return "open";
  if (process.getuid?.() !== 0) return "closed";
  await chmod(TUN_DEVICE, OPEN_TO_ALL);
  return "opened";
}

async function cgroupLayout(): Promise<CgroupLayout> {
  if (await exists(join(CGROUP_ROOT, "cgroup.controllers"))) return "unified";
  return (await exists(join(CGROUP_ROOT, "unified/cgroup.controllers"))) ? "hybrid" : "legacy";
}

/** A line of /proc/self/limits: name, soft limit, hard limit, unit, with two or more spaces between. */
function hardLimit(limits: string, name: string): number {
  const line = limits.split("\n").find((candidate) => candidate.startsWith(name));
  const hard = line?.slice(name.length).trim().split(/\s+/)[1];
  return hard === undefined || hard === "unlimited" ? Number.POSITIVE_INFINITY : Number(hard);
}

async function onPath(program: string, path: string): Promise<boolean> {
  const found = await Promise.all(path.split(":").map((dir) => exists(join(dir, program), constants.X_OK)));
  return found.includes(true);
}

async function exists(path: string, mode: number = constants.F_OK): Promise<boolean> {
  try {
    await access(path, mode);
    return true;
  } catch {
    return false; // missing or not accessible: it cannot be used
  }
}
