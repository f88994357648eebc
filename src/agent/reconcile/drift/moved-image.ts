/**
 * Drift: a running container whose image tag now names another image. Pure. Reported in addition to any other
 * difference, and never repaired.
 */
import type { Drift } from "../../../schemas/service/drift.ts";
import { LABEL } from "../../../schemas/service/labels.ts";
import { specHash } from "../../../schemas/service/spec-hash.ts";
import type { ComponentInput } from "./find-drift.ts";

export function movedImage({ service, component, containers, memory }: ComponentInput): Drift[] {
  const { current } = containers;
  if (!service.active || service.drift === "ignore" || current?.state !== "running") return [];
  if (current.labels[LABEL.spec] !== specHash(component)) return [];
  const have = shortId(current.imageId);
  if (current.imageNow === undefined) {
    // Not checked since the agent started: the earlier result is still valid for this image.
    return memory.drift
      .filter((open) => open.kind === "image-moved" && open.component === component.name)
      .filter(({ differences }) => differences.some((difference) => difference.have === have))
      .map(({ kind, component: name, differences }) => ({
        kind,
        ...(name === undefined ? {} : { component: name }),
        containerName: current.name,
        differences,
      }));
  }
  if (current.imageNow === current.imageId) return [];
  const differences = [{ field: "image", want: shortId(current.imageNow), have }];
  return [{ kind: "image-moved", component: component.name, containerName: current.name, differences }];
}

/** In podman's short form. */
const shortId = (id: string) => id.slice(0, 12);
