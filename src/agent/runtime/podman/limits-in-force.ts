/**
 * The limits that the kernel enforces on a container's processes. Podman 4.3's `update` changes only these, and its inspect still shows
 * what the container was created with.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { present } from "../../../values/present.ts";
import type { ContainerSettings } from "../runtime.ts";

type Limits = Pick<ContainerSettings, "memoryBytes" | "cpus">;

/** Larger than any machine's memory: cgroup v1 writes "no limit" like this. */
const NO_LIMIT = 2 ** 60;

/**
 * Undefined when they cannot be read here: the agent sees other processes, or the container has no control group of its own.
 * @param root the file system's root, for tests
 */
export async function limitsInForce(pid: number, id: string, root = "/"): Promise<Limits | undefined> {
  const text = await read(join(root, `proc/${pid}/cgroup`));
  const groups = (text ?? "").split("\n").map((line) => line.split(":"));
  const base = join(root, "sys/fs/cgroup");
  const fileOf = async (controller: string, name: string) => {
    const found = groups.find(([, names]) => names?.split(",").includes(controller));
    const path = ownGroup(found?.slice(2).join(":"), id);
    return path === undefined ? undefined : await read(join(base, controller, path, name));
  };
  // Version 2 has one group for all controllers; a machine with version 1 may have it too, without these files.
  const [bytes, cpu] = [await fileOf("", "memory.max"), await fileOf("", "cpu.max")];
  if (bytes !== undefined) return limits(bytes, ...(cpu ?? "max").trim().split(" "));
  const [bytes1, quota] = [await fileOf("memory", "memory.limit_in_bytes"), await fileOf("cpu", "cpu.cfs_quota_us")];
  return bytes1 === undefined ? undefined : limits(bytes1, quota, await fileOf("cpu", "cpu.cfs_period_us"));
}

/** "max" is not a number, and -1 means no limit. */
function limits(bytes: string, quota = "max", period = ""): Limits {
  const cpus = Number(quota) > 0 ? Math.round((Number(quota) / Number(period)) * 1000) / 1000 : undefined;
  const memoryBytes = Number(bytes) < NO_LIMIT ? Number(bytes) : undefined;
  return present({ memoryBytes, cpus });
}

/** The group that is named after the container; its processes may be in groups below. */
function ownGroup(path: string | undefined, id: string): string | undefined {
  const parts = path?.split("/") ?? [];
  const own = parts.findIndex((part) => part.includes(id));
  return own < 0 ? undefined : parts.slice(0, own + 1).join("/");
}

function read(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch(() => undefined); // its process may have just ended
}
