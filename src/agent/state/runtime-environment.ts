/**
 * The environment of podman and of everything that the agent starts. Without XDG_RUNTIME_DIR (`su -`, cron, a container,
 * ssh without logind) podman chooses a directory of its own; the agent sets the variable to the same one, so that it and
 * a `podman` that its user types see the same containers.
 */
import { runtimeDirectory } from "../../disk/runtime-dir.ts";

/**
 * Sets XDG_RUNTIME_DIR in `env` if it is unset, as podman does in its own environment, and returns its value.
 * @throws McpError E_UNSUPPORTED if no directory is usable
 */
export function setRuntimeDirectory(env: NodeJS.ProcessEnv): string {
  const path = env["XDG_RUNTIME_DIR"] || runtimeDirectory(env);
  env["XDG_RUNTIME_DIR"] = path;
  return path;
}
