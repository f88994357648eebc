/**
 * Asks the registries whether the tags of a service's components with `pull = "always"` have moved: podman pulls the images, and
 * their ids are compared with those of the running containers. No container changes.
 */
import { isTombstone } from "../../schemas/service/desired.ts";
import { LABEL } from "../../schemas/service/labels.ts";
import type { ComponentSpec } from "../../schemas/service/spec.ts";
import { specHash } from "../../schemas/service/spec-hash.ts";
import type { MovedImage } from "../../schemas/wire/request.ts";
import { McpError } from "../../values/error.ts";
import type { NodeName, ServiceName } from "../../values/names.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { ServiceCache } from "../state/service-cache.ts";

export interface MovedImagesPorts {
  readonly node: NodeName;
  readonly runtime: Pick<Runtime, "list" | "pull" | "imageId">;
  readonly services: Pick<ServiceCache, "get">;
}

/** @throws McpError E_NOT_FOUND for a service that was never accepted, E_IMAGE with the registry's reason, errors of the runtime */
export async function findMovedImages(
  { node, runtime, services }: MovedImagesPorts,
  service: ServiceName,
  signal: AbortSignal,
): Promise<MovedImage[]> {
  const document = services.get(service)?.document;
  if (document === undefined) throw new McpError("E_NOT_FOUND", `${node} has no service "${service}"`);
  const components = isTombstone(document) ? [] : document.spec.components.filter(({ pull }) => pull === "always");
  const containers = await runtime.list({ [LABEL.service]: service, [LABEL.node]: node }, signal);
  const moved: MovedImage[] = [];
  for (const spec of components) {
    const container = containers.find(({ labels, state }) => state === "running" && isMadeFrom(labels, spec));
    if (container === undefined) continue;
    const { name: component, image } = spec;
    await runtime.pull(image, () => undefined, signal);
    const want = await runtime.imageId(image, signal);
    if (want !== undefined && want !== container.imageId)
      moved.push({ component, image, have: container.imageId, want });
  }
  return moved;
}

function isMadeFrom(labels: Readonly<Record<string, string>>, spec: ComponentSpec): boolean {
  return labels[LABEL.component] === spec.name && labels[LABEL.spec] === specHash(spec);
}
