/**
 * Whether a container that podman calls running has a process. Podman learns of an end from conmon alone; without conmon it says
 * "running" for ever. The process table answers at once; where it shows no such process (the agent may have a process table of its
 * own), podman is asked for the container's processes (4 ms).
 */
import { access } from "node:fs/promises";
import { hasCode } from "../../../values/error.ts";
import { itemsAt } from "../../../values/json-tree.ts";
import type { RuntimeContainer } from "../runtime.ts";
import type { PodmanContext } from "./call.ts";
import { containerPath } from "./requests.ts";

export async function isAlive(
  { call, limits }: PodmanContext,
  { id, pid }: Pick<RuntimeContainer, "id" | "pid">,
  signal: AbortSignal,
): Promise<boolean> {
  if (pid !== undefined && (await isThere(`/proc/${pid}`))) return true;
  const query = { ps_args: "pid" };
  const request = { what: "podman top", method: "GET", path: containerPath(id, "/top"), query, expect: [200] } as const;
  try {
    const { body } = await call.ask({ ...request, limitMs: limits.askMs }, signal);
    return itemsAt(body, "Processes").length > 0;
  } catch (error) {
    // It may have ended or gone since it was listed: the next list says so.
    if (hasCode(error, "E_RUNTIME")) return !NO_PROCESS.test(String(error));
    throw error;
  }
}

/** Some releases look for the process themselves. */
const NO_PROCESS = /no such (process|file)/i;

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
