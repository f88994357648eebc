/**
 * Lists the images of the node, and removes one on an operator's request. It never removes an image that a container
 * was made from or that an accepted state names, and never forces a removal.
 */
import type { Replier } from "../../bus/ports/node-bus.ts";
import { isTombstone } from "../../schemas/service/desired.ts";
import type { NodeImage } from "../../schemas/wire/live-container.ts";
import { needsImage } from "../../schemas/wire/needs-image.ts";
import { McpError } from "../../values/error.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { MakeEvent } from "../state/events.ts";
import type { ServiceCache } from "../state/service-cache.ts";
import type { EventDraft } from "../store/store.ts";
import { chunksOf } from "./serve-containers.ts";

export interface ImagePorts {
  readonly runtime: Pick<Runtime, "listImages" | "removeImage" | "list">;
  readonly services: ServiceCache;
  readonly makeEvent: MakeEvent;
  /** Stores and delivers events. */
  recordEvents(...events: readonly EventDraft[]): Promise<void>;
}

export interface RemoveImage {
  readonly id: string;
  readonly references: readonly string[];
  readonly author: string;
}

/** @throws McpError as `Runtime.listImages` */
export async function serveImages(ports: ImagePorts, replier: Replier, signal: AbortSignal): Promise<void> {
  for (const { chunk, last } of chunksOf(await listImages(ports, signal))) {
    await replier.send({ last, body: { verb: "images", images: chunk } });
  }
}

/** @throws McpError E_NOT_FOUND, E_REFUSED when it is needed or has changed, and the errors of the runtime */
export async function removeImage(ports: ImagePorts, order: RemoveImage, signal: AbortSignal): Promise<void> {
  const { id, references, author } = order;
  const image = (await listImages(ports, signal)).find((one) => one.id === id);
  if (image === undefined) throw new McpError("E_NOT_FOUND", `image ${id.slice(0, 12)} does not exist any more`);
  const name = references[0] ?? id.slice(0, 12);
  const obstacle = reasonToKeep(ports, image, references);
  if (obstacle !== undefined) throw new McpError("E_REFUSED", `image ${name} ${obstacle}; it was left alone`);
  for (const reference of references.length === 0 ? [id] : references) {
    await ports.runtime.removeImage(reference, signal);
  }
  const data = { image: name, id, sizeBytes: image.sizeBytes };
  await ports.recordEvents(
    ports.makeEvent("image-removed", `image ${name} was removed by ${author}`, { author, data }),
  );
}

async function listImages({ runtime }: ImagePorts, signal: AbortSignal): Promise<NodeImage[]> {
  const [images, containers] = await Promise.all([runtime.listImages(signal), runtime.list({}, signal)]);
  return images.map((image) => ({
    ...image,
    usedBy: containers.filter(({ imageId }) => imageId === image.id).map(({ name }) => name),
  }));
}

function reasonToKeep({ services }: ImagePorts, image: NodeImage, references: readonly string[]): string | undefined {
  if (image.usedBy.length > 0) return `is used by ${image.usedBy.join(", ")}`;
  if (image.references.toSorted().join(" ") !== references.toSorted().join(" ")) return "has other names now";
  const row = services.all().find(({ document }) => {
    const components = isTombstone(document) ? [] : document.spec.components;
    return components.some((component) => needsImage(component.image, image));
  });
  return row === undefined ? undefined : `is needed by ${row.service}`;
}
