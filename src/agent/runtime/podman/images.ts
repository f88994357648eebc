/** Lists podman's local images, and removes them by name, never by force. */
import { Fields, itemsOf } from "../decode/fields.ts";
import type { RuntimeImage } from "../runtime.ts";
import type { PodmanContext } from "./call.ts";
import { registryOf } from "./image-name.ts";

/** Undefined when it is not here. @throws McpError E_IMAGE for a name without its registry */
export async function imageIdOf(
  { call, limits }: PodmanContext,
  image: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  registryOf(image);
  const path = `/images/${encodeURIComponent(image)}/json`;
  const request = { what: "podman image", method: "GET", path, expect: [200, 404] } as const;
  const answer = await call.ask({ ...request, limitMs: limits.askMs }, signal);
  return answer.status === 404 ? undefined : new Fields(answer.body, "image").text("Id");
}

export async function listImages({ call, limits }: PodmanContext, signal: AbortSignal): Promise<RuntimeImage[]> {
  const request = { what: "podman images", method: "GET", path: "/images/json", expect: [200] } as const;
  return imagesOf((await call.ask({ ...request, limitMs: limits.askMs }, signal)).body);
}

/** @throws McpError E_IMAGE with podman's reason: a container uses it, or it also has other names */
export async function removeImage(
  { call, limits }: PodmanContext,
  referenceOrId: string,
  signal: AbortSignal,
): Promise<void> {
  const path = `/images/${encodeURIComponent(referenceOrId)}`;
  const request = { what: "podman remove image", method: "DELETE", path, expect: [200, 404] } as const;
  await call.ask({ ...request, limitMs: limits.changeMs, codeOf: () => "E_IMAGE" }, signal);
}

function imagesOf(answer: unknown): RuntimeImage[] {
  return itemsOf(answer, "images").map((one) => {
    const item = new Fields(one, "images");
    return {
      id: item.text("Id"),
      references: item.texts("RepoTags"),
      digests: item.texts("RepoDigests"),
      sizeBytes: item.number("Size"),
    };
  });
}
