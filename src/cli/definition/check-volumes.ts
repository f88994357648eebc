/** Volumes of one component: each well-formed, no place in the container taken twice. */
import { isWrong } from "../../schemas/parsed.ts";
import type { VolumeSpec } from "../../schemas/spec.ts";
import { parseVolume } from "../../schemas/volume-text.ts";
import type { TableCheck } from "./table-check.ts";

export function checkVolumes(given: readonly string[] | undefined, check: TableCheck): VolumeSpec[] {
  const targets = (given ?? []).map((text, index) => {
    const parsed = parseVolume(text);
    return isWrong(parsed) ? `(${index})` : parsed.value.target;
  });
  check.refuseTwice("volumes", targets, "container path");
  return check.parseEach("volumes", given, parseVolume);
}
