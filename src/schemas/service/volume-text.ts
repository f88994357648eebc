/**
 * Volumes as people write them: `host:container[:options]` with absolute paths, or `name:container` for a podman
 * volume; options `ro`, `rw`, `z`, `Z`, `U`, separated by commas.
 */
import { posix } from "node:path";
import { didYouMean } from "../../values/nearest.ts";
import type { Parsed } from "../../values/parsed.ts";
import type { VolumeSpec } from "./spec.ts";

/** Podman's own grammar for names of volumes and networks. */
export const PODMAN_NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}$/;

const OPTIONS = ["ro", "rw", "z", "Z", "U"];
const EXAMPLE = '"/srv/web:/srv/web:ro"';

export function parseVolume(text: string): Parsed<VolumeSpec> {
  const [source, target, options, ...rest] = text.split(":");
  if (source === undefined || target === undefined || rest.length > 0 || text.includes("\0")) {
    return { wrong: `"${text}" does not have the form host:container[:options]`, example: EXAMPLE };
  }
  const tail = options === undefined ? "" : `:${options}`;
  const flags = options === undefined ? [] : options.split(",");
  const wrong =
    wrongSource(source, (better) => `${better}:${target}${tail}`) ??
    wrongPath("container path", target, (better) => `${source}:${better}${tail}`) ??
    wrongTarget(target) ??
    wrongOptions(flags);
  return wrong ?? { value: toSpec(trimmed(source), trimmed(target), flags) };
}

function toSpec(source: string, target: string, flags: readonly string[]): VolumeSpec {
  const options = (["U", "Z", "z"] as const).filter((flag) => flags.includes(flag));
  const kind = source.startsWith("/") ? "bind" : "volume";
  return { kind, source, target, readOnly: flags.includes("ro"), options };
}

/** Without a last slash, which says nothing. */
const trimmed = (path: string) => (path === "/" ? path : path.replace(/\/$/, ""));

/** The whole volume with the part in question replaced. */
type Fix = (better: string) => string;

function wrongSource(source: string, fix: Fix) {
  if (source.startsWith("/")) return wrongPath("host path", source, fix);
  if (PODMAN_NAME.test(source)) return undefined;
  const below = source.replace(/^[~./]+/, "") || "data";
  return {
    wrong: `"${source}" is neither an absolute path on the node nor a volume's name`,
    example: `"${fix(`/srv/${below}`)}"`,
  };
}

function wrongPath(what: string, path: string, fix: Fix) {
  if (!path.startsWith("/")) {
    return { wrong: `${what} "${path}" is not absolute`, instead: `"${fix(`/${path.replace(/^[./]+/, "")}`)}"` };
  }
  const clean = trimmed(posix.normalize(path));
  if (clean === trimmed(path)) return undefined;
  return { wrong: `${what} "${path}" has empty, "." or ".." parts`, instead: `"${fix(clean)}"` };
}

function wrongTarget(target: string) {
  return trimmed(target) === "/"
    ? { wrong: "would hide the container's whole file system", example: EXAMPLE }
    : undefined;
}

function wrongOptions(flags: readonly string[]) {
  const unknown = flags.find((flag) => !OPTIONS.includes(flag));
  if (unknown !== undefined) {
    return { wrong: `option "${unknown}" is not one of ${OPTIONS.join(", ")}${didYouMean(unknown, OPTIONS)}` };
  }
  const twice = flags.find((flag, index) => flags.indexOf(flag) !== index);
  if (twice !== undefined) return { wrong: `option "${twice}" is given twice` };
  for (const [one, other] of [
    ["ro", "rw"],
    ["z", "Z"],
  ] as const) {
    if (flags.includes(one) && flags.includes(other))
      return { wrong: `options ${one} and ${other} exclude each other` };
  }
  return undefined;
}

export function formatVolume(volume: VolumeSpec): string {
  const flags = [...(volume.readOnly ? ["ro"] : []), ...volume.options];
  return [volume.source, volume.target, ...(flags.length === 0 ? [] : [flags.join(",")])].join(":");
}
