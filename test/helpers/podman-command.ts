/** A test node's podman as the argument list of a command, for what starts podman by itself. */
import type { PodmanNode } from "./rootless.ts";

export function podmanCommand({ ids, env }: PodmanNode): [string, ...string[]] {
  const variables = Object.entries(env).map(([key, value]) => `${key}=${value}`);
  const plain = ["env", "-i", ...variables, "podman"] as const;
  if (ids.uid === undefined) return [...plain];
  return ["setpriv", `--reuid=${ids.uid}`, `--regid=${ids.gid}`, "--clear-groups", "--inh-caps=-all", "--", ...plain];
}
