/**
 * Whether a new container may run at the same time as the one it replaces. Pure. Not when they share a host port (the second could
 * not start) nor a volume that either may write to (two databases on one volume are a corrupted database).
 */
import { portsClash } from "../../../schemas/service/port-text.ts";
import type { ComponentSpec, VolumeSpec } from "../../../schemas/service/spec.ts";
import type { Holdings } from "./made-from.ts";

/** @param old what the serving container holds; unknown means: assume that they cannot. */
export function canRunSideBySide(old: Holdings | undefined, next: ComponentSpec): boolean {
  if (old === undefined) return next.ports.length === 0 && (next.overlap || next.volumes.every((v) => v.readOnly));
  if (old.ports.some((a) => next.ports.some((b) => portsClash(a, b)))) return false;
  if (next.overlap) return true;
  return !old.volumes.some((a) => next.volumes.some((b) => volumesClash(a, b)));
}

function volumesClash(a: VolumeSpec, b: VolumeSpec): boolean {
  if (a.kind !== b.kind || a.source !== b.source) return false;
  const changes = (volume: VolumeSpec) =>
    !volume.readOnly || volume.options.some((option) => option === "U" || option === "Z");
  return changes(a) || changes(b);
}
