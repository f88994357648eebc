/** Converts the mounts of a container to volumes of a spec. Pure. An unnamed volume is named by its id, which keeps its data. */

import { oddTmpfs } from "../../../schemas/container/memory-rows.ts";
import type { VolumeSpec } from "../../../schemas/service/spec.ts";
import { formatVolume, parseVolume } from "../../../schemas/service/volume-text.ts";
import type { UnsupportedSetting } from "../../../schemas/wire/live-container.ts";
import { isTrueAt, itemsAt, textAt, textsAt } from "../../../values/json-tree.ts";
import { isWrong } from "../../../values/parsed.ts";
import type { SpecPart } from "./spec-part.ts";

/** Mount options that are defaults, or that the spec expresses in another way. */
const USUAL = new Set(["rbind", "bind", "rw", "ro", "nosuid", "nodev", "U", "z", "Z"]);
const USUAL_PROPAGATION = new Set(["", "rprivate", "private"]);

/** The name of a volume that podman named by a random id. */
const UNNAMED = /^[0-9a-f]{64}$/;

export function readVolumes(container: unknown): SpecPart<VolumeSpec[]> {
  const readings = itemsAt(container, "Mounts").map((mount) => readMount(container, mount));
  return {
    value: readings.flatMap(({ value }) => (value === undefined ? [] : [value])),
    unsaid: [...readings.flatMap(({ unsaid = [] }) => unsaid), ...tmpfs(container)],
    remarks: readings.flatMap(({ remarks = [] }) => remarks),
  };
}

function readMount(container: unknown, mount: unknown): SpecPart<VolumeSpec | undefined> {
  const kind = textAt(mount, "Type");
  const target = textAt(mount, "Destination");
  const options = textsAt(mount, "Options");
  const lost = (what: string): UnsupportedSetting => ({ field: "volume", value: `${target}: ${what}` });
  if (kind !== "bind" && kind !== "volume") return { value: undefined, unsaid: [lost(kind)] };
  if (options.some((option) => option.startsWith("lowerdir="))) return { value: undefined, unsaid: [lost("overlay")] };
  const flags = new Set([...options, textAt(mount, "Mode"), ...typedFlags(container, target)]);
  const volume: VolumeSpec = {
    kind,
    source: textAt(mount, kind === "bind" ? "Source" : "Name"),
    target,
    readOnly: !isTrueAt(mount, "RW"),
    options: (["U", "Z", "z"] as const).filter((flag) => flags.has(flag)),
  };
  if (isWrong(parseVolume(formatVolume(volume)))) return { value: undefined, unsaid: [lost(volume.source)] };
  const isUnnamed = kind === "volume" && UNNAMED.test(volume.source);
  const propagation = textAt(mount, "Propagation");
  const odd = options.filter((option) => !USUAL.has(option));
  const all = USUAL_PROPAGATION.has(propagation) ? odd : [...odd, propagation];
  return { value: volume, unsaid: all.map(lost), remarks: isUnnamed ? [unnamed(volume)] : [] };
}

function unnamed({ source, target }: VolumeSpec): string {
  return `volumes: the volume at ${target} has no name; the definition uses its id (${source.slice(0, 12)}…), so that its data is kept`;
}

/** Inspect does not show the options z, Z and U of a bind mount; the command line that made the container does. */
function typedFlags(container: unknown, target: string): string[] {
  const words = textsAt(container, "Config", "CreateCommand").map((word) => word.split(":"));
  return words.flatMap(([, where, flags, more]) =>
    where === target && flags !== undefined && more === undefined ? flags.split(",") : [],
  );
}

/** Those whose options no definition has. */
function tmpfs(container: unknown): UnsupportedSetting[] {
  return oddTmpfs(container).map((path) => ({ field: "tmpfs", value: path }));
}
