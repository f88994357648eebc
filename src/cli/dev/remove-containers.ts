/** Removes the containers of the trial node from the podman of an ordinary user: those with the node's label, no others. */
import { execFile } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { LABEL } from "../../schemas/service/labels.ts";
import { McpError } from "../../values/error.ts";
import type { NodeName } from "../../values/names.ts";

const run = promisify(execFile);
const TIMEOUT_MS = 30_000;
const PAUSE_MS = 250;

/**
 * Right after its stop, podman is still unmounting what a container used ("device or resource busy"), so a failure is
 * tried again. @throws McpError E_RUNTIME when podman still keeps a container after `timeoutMs`
 */
export async function removeNodeContainers(
  node: NodeName,
  env: NodeJS.ProcessEnv,
  timeoutMs = TIMEOUT_MS,
): Promise<void> {
  const deadlineMs = Date.now() + timeoutMs;
  for (;;) {
    try {
      const ids = await containersOf(node, env);
      if (ids.length === 0) return;
      await run("podman", ["rm", "--force", "--ignore", "--time", "1", ...ids], { env });
    } catch (cause) {
      if (Date.now() > deadlineMs) throw stillThere(node, cause);
    }
    await sleep(PAUSE_MS);
  }
}

async function containersOf(node: NodeName, env: NodeJS.ProcessEnv): Promise<string[]> {
  const filter = `label=${LABEL.node}=${node}`;
  const { stdout } = await run("podman", ["ps", "--all", "--quiet", "--no-trunc", "--filter", filter], { env });
  return stdout.split("\n").filter((id) => id !== "");
}

/** Podman's own words are the last line of what it wrote. */
function stillThere(node: NodeName, cause: unknown): McpError {
  const said = cause instanceof Error && "stderr" in cause ? String(cause.stderr).trim().split("\n").at(-1) : undefined;
  return new McpError("E_RUNTIME", `podman cannot remove the containers of node "${node}"`, {
    cause: said ? new Error(said) : cause,
    hint: "see `podman ps -a`, then repeat: mcp dev remove",
  });
}
