/** Removes a container: podman may report a failure with a success status. */
import { hasCode, McpError } from "../../../values/error.ts";
import { Fields, itemsOf } from "../decode/fields.ts";
import type { PodmanContext } from "./call.ts";
import { containerPath } from "./requests.ts";

/** A missing container is not an error. @throws McpError E_RUNTIME with podman's reason */
export async function removeContainer(context: PodmanContext, id: string, signal: AbortSignal): Promise<void> {
  // A container whose process ended unseen: podman first cannot kill it, and then knows that there is nothing to kill.
  await remove(context, id, signal).catch(async (error: unknown) => {
    if (!hasCode(error, "E_RUNTIME") || !/could not be stopped/.test(String(error))) throw error;
    await remove(context, id, signal);
  });
}

async function remove({ call, limits }: PodmanContext, id: string, signal: AbortSignal): Promise<void> {
  const request = {
    what: "podman remove",
    method: "DELETE",
    path: containerPath(id),
    query: { force: "true", timeout: "0" },
    expect: [200, 204, 404],
    limitMs: limits.changeMs,
  } as const;
  const answer = await call.ask(request, signal);
  // With 200 podman may still report a failure, in a list of one report each.
  const reports = answer.status === 200 ? itemsOf(answer.body, "remove") : [];
  const failed = reports.map((report) => new Fields(report, "remove")).find((report) => report.has("Err"));
  if (failed !== undefined) throw new McpError("E_RUNTIME", `podman remove: ${failed.text("Err")}`);
}
