/** Input and output of the functions that read podman's inspect. */
import type { UnsupportedSetting } from "../../../schemas/wire/live-container.ts";

/** A part of the spec, with what a spec cannot express, and remarks on what is expressed differently. */
export interface SpecPart<T> {
  readonly value: T;
  readonly unsaid?: readonly UnsupportedSetting[];
  readonly remarks?: readonly string[];
}

/** Podman's label for the systemd unit that runs a container; on another container it would be wrong. */
export const SYSTEMD_LABEL = "PODMAN_SYSTEMD_UNIT";
