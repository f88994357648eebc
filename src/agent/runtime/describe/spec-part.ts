/** What the readers of podman's inspect take and give. */
import type { Unsaid } from "../../../schemas/wire/live-container.ts";

/** Podman's inspect of a container, and of its image. */
export interface Inspected {
  readonly container: unknown;
  readonly image: unknown;
}

/** A part of the spec with what could not be said of it, and what is said in other words. */
export interface SpecPart<T> {
  readonly value: T;
  readonly unsaid?: readonly Unsaid[];
  readonly remarks?: readonly string[];
}

/** By it podman knows the unit that runs a container; on another container it would be a lie. */
export const SYSTEMD_LABEL = "PODMAN_SYSTEMD_UNIT";
