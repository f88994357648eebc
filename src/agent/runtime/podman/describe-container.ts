/** Describes any container as a spec, with two calls: for the container and for its image. */

import { hostname } from "node:os";
import { textMapAt } from "../../../values/json-tree.ts";
import { Fields } from "../decode/fields.ts";
import { readSpec } from "../describe/read-spec.ts";
import type { RuntimeDescription } from "../runtime.ts";
import type { PodmanContext, PodmanRequest } from "./call.ts";
import { containerPath } from "./requests.ts";

/** @returns undefined when there is no such container. */
export async function describeContainer(
  { call, limits }: PodmanContext,
  id: string,
  signal: AbortSignal,
): Promise<RuntimeDescription | undefined> {
  const ask = async (what: string, path: string): Promise<unknown> => {
    const request: PodmanRequest = { what, method: "GET", path, expect: [200, 404], limitMs: limits.askMs };
    const { status, body } = await call.ask(request, signal);
    return status === 404 ? undefined : body;
  };
  const container = await ask("podman inspect", containerPath(id, "/json"));
  if (container === undefined) return undefined;
  const fields = new Fields(container, "inspect");
  const image = await ask("podman image inspect", `/images/${encodeURIComponent(fields.text("Image"))}/json`);
  return {
    id,
    name: fields.text("Name"),
    startedAt: fields.object("State").text("StartedAt"),
    labels: textMapAt(container, "Config", "Labels"),
    ...readSpec({ container, image, nodeHostname: hostname() }),
  };
}
