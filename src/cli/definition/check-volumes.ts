/** Volumes of one component: each well-formed, no place in the container taken twice. */

import type { VolumeSpec } from "../../schemas/service/spec.ts";
import { parseVolume } from "../../schemas/service/volume-text.ts";
import { isWrong } from "../../values/parsed.ts";
import type { TableCheck } from "./table-check.ts";

export function checkVolumes(given: readonly string[] | undefined, check: TableCheck): VolumeSpec[] {
  const targets = (given ?? []).map((text, index) => {
    const parsed = parseVolume(text);
    return isWrong(parsed) ? `(${index})` : parsed.value.target;
  });
  check.refuseTwice("volumes", targets, "container path");
  return check.parseEach("volumes", given, parseVolume);
}
