/** A container made over podman's socket with nothing around it: what any control plane has to do at the least. */
import { createBody } from "../src/agent/runtime/podman/create-body.ts";
import { LABEL } from "../src/schemas/service/labels.ts";
import type { ComponentSpec } from "../src/schemas/service/spec.ts";
import { specHash } from "../src/schemas/service/spec-hash.ts";
import { podmanRest } from "../test/helpers/podman-rest.ts";

/** The body is the one that the agent would send. */
export async function createAndStart(socketPath: string, spec: ComponentSpec): Promise<void> {
  const { name } = spec;
  const body = createBody({ name, spec, aliases: [name], labels: labelsLikeOurs(spec) });
  await call(socketPath, "POST", "/containers/create", body);
  await call(socketPath, "POST", `/containers/${name}/start`);
}

export async function removeContainer(socketPath: string, name: string): Promise<void> {
  await call(socketPath, "DELETE", `/containers/${name}?force=true&timeout=0`);
}

/** As many labels as the agent sets, but none that would make the container the agent's. */
function labelsLikeOurs(spec: ComponentSpec): Record<string, string> {
  return Object.fromEntries(Object.values(LABEL).map((key) => [key.replace("mcp.", "own."), specHash(spec)]));
}

async function call(socketPath: string, method: string, path: string, body?: unknown): Promise<void> {
  const answer = await podmanRest(socketPath, method, path, body);
  if (answer.status >= 300)
    throw new Error(`podman ${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
}
