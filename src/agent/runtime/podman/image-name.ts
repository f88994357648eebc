/**
 * Which image references may go to podman. Asked for a name without a registry, podman takes any local image whose
 * path and tag are the same, from any registry, or else tries the node's search list: what runs would
 * depend on the node's past. So a reference without a registry is refused.
 */

import { parseImageReference } from "../../../schemas/service/image-reference.ts";
import { McpError } from "../../../values/error.ts";
import { isWrong } from "../../../values/parsed.ts";

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/;

/** @returns the registry's host and port. @throws McpError E_IMAGE for an invalid reference or one without a registry. */
export function registryOf(image: string): string {
  const parsed = parseImageReference(image);
  if (isWrong(parsed)) throw new McpError("E_IMAGE", `image ${JSON.stringify(image)}: ${parsed.wrong}`);
  const { registry } = parsed.value;
  if (registry !== undefined) return registry;
  throw new McpError("E_IMAGE", `image ${image}: has no registry, so podman could pull it from anywhere`, {
    hint: `add the registry: \`registry.example.net/${image}\``,
  });
}

/** A registry on this very machine may speak plain HTTP; for any other the node's registries.conf decides. */
export function isLoopbackRegistry(registry: string): boolean {
  return LOOPBACK.test(registry);
}
