/**
 * Whether the tags that serving containers were made from still name the same images here. Checked only now and then,
 * and only reported: people decide what to do about a moved tag.
 */
import { isTombstone } from "../../schemas/service/desired.ts";
import { LABEL } from "../../schemas/service/labels.ts";
import { specHash } from "../../schemas/service/spec-hash.ts";
import type { ServiceName } from "../../values/names.ts";
import type { Runtime, RuntimeContainer } from "../runtime/runtime.ts";
import type { ServiceCache } from "../state/service-cache.ts";

export interface ImageWatchPorts {
  readonly runtime: Pick<Runtime, "imageId">;
  readonly services: Pick<ServiceCache, "get">;
  /** The result for a container of this service has changed. */
  onChange(service: ServiceName): void;
}

export interface ImageWatch {
  /** Id of the image that this container's reference named at the last check; undefined when it was not checked. */
  imageNow(containerId: string): string | undefined;
  /** Checks these, all containers of the node: one call for each distinct image. @throws the errors of the runtime */
  check(containers: readonly RuntimeContainer[], signal: AbortSignal): Promise<void>;
}

export function createImageWatch(ports: ImageWatchPorts): ImageWatch {
  const known: { byContainer: ReadonlyMap<string, string> } = { byContainer: new Map() };
  return {
    imageNow: (containerId) => known.byContainer.get(containerId),
    check: async (containers, signal) => {
      const before = known.byContainer;
      const byContainer = new Map<string, string>();
      const asked = new Map<string, string | undefined>();
      const changed = new Set<ServiceName>();
      for (const { container, reference, service } of referencesOf(ports.services, containers)) {
        if (!asked.has(reference)) asked.set(reference, await ports.runtime.imageId(reference, signal));
        // A name without an image here has not moved.
        const now = asked.get(reference) ?? container.imageId;
        byContainer.set(container.id, now);
        if (now !== (before.get(container.id) ?? container.imageId)) changed.add(service);
      }
      known.byContainer = byContainer;
      for (const service of changed) ports.onChange(service);
    },
  };
}

interface Reference {
  readonly container: RuntimeContainer;
  readonly reference: string;
  readonly service: ServiceName;
}

/** The references of containers that run as desired; digests are left out, since they cannot move. */
function referencesOf(services: Pick<ServiceCache, "get">, containers: readonly RuntimeContainer[]): Reference[] {
  return containers.flatMap((container) => {
    const service = container.labels[LABEL.service] ?? "";
    const document = services.get(service)?.document;
    if (container.state !== "running" || document === undefined || isTombstone(document)) return [];
    const spec = document.spec.components.find((c) => c.name === container.labels[LABEL.component]);
    const isDesired = spec !== undefined && specHash(spec) === container.labels[LABEL.spec];
    return isDesired && !spec.image.includes("@") ? [{ container, reference: spec.image, service }] : [];
  });
}
