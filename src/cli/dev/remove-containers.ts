/** Removes the containers of the trial node from the podman of an ordinary user: those with the node's label, no others. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { LABEL } from "../../schemas/service/labels.ts";
import type { NodeName } from "../../values/names.ts";

const run = promisify(execFile);

export async function removeNodeContainers(node: NodeName, env: NodeJS.ProcessEnv): Promise<void> {
  const filter = `label=${LABEL.node}=${node}`;
  const { stdout } = await run("podman", ["ps", "--all", "--quiet", "--no-trunc", "--filter", filter], { env });
  const ids = stdout.split("\n").filter((id) => id !== "");
  if (ids.length > 0) await run("podman", ["rm", "--force", "--time", "1", ...ids], { env });
}
