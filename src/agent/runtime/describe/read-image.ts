/**
 * The image of a container by a name that a definition may use: the given name if it has a version, otherwise the
 * digest of the running image. Pure.
 */

import type { Inspected } from "../../../schemas/container/row.ts";
import { parseImageReference } from "../../../schemas/service/image-reference.ts";
import { textAt, textsAt } from "../../../values/json-tree.ts";
import { isWrong } from "../../../values/parsed.ts";
import type { SpecPart } from "./spec-part.ts";

export function readImage({ container, image }: Inspected): SpecPart<string | undefined> {
  if (textAt(container, "Rootfs") !== "") return { value: undefined };
  const name = textAt(container, "ImageName");
  if (isVersion(name)) return { value: name };
  const digests = textsAt(image, "RepoDigests").filter(isVersion);
  const sameName = digests.filter((digest) => digest.slice(0, digest.indexOf("@")) === withoutTag(name));
  const runs = textAt(container, "ImageDigest");
  const candidates = sameName.length > 0 ? sameName : digests;
  const chosen = candidates.find((digest) => runs !== "" && digest.endsWith(`@${runs}`)) ?? candidates[0];
  if (chosen === undefined) return { value: undefined };
  return {
    value: chosen,
    remarks: [`image: ${name} names no version, so the digest of the running image is used: ${chosen}`],
  };
}

/** Podman adds the registry to every name. */
function isVersion(name: string): boolean {
  const parsed = parseImageReference(name);
  return !isWrong(parsed) && parsed.value.registry !== undefined;
}

function withoutTag(name: string): string {
  const colon = name.lastIndexOf(":");
  return colon > name.lastIndexOf("/") ? name.slice(0, colon) : name;
}
