/** How long each kind of call may take, in milliseconds. Streams have their own limits, on silence. */
export interface PodmanLimits {
  /** Reading: list, inspect, info … A podman that does not answer these within this time hangs. */
  readonly askMs: number;
  /**
   * Creating, starting, removing: podman copies and chowns volumes and deletes layers within these calls, and waits
   * 3 s itself for a port that is taken.
   */
  readonly changeMs: number;
  /** Silence while a log is read: podman skips about 300,000 lines a second before the first that was asked for. */
  readonly logMs: number;
  /** Added to the container's own stop timeout. */
  readonly stopExtraMs: number;
}

export const PODMAN_LIMITS: PodmanLimits = { askMs: 15_000, changeMs: 60_000, logMs: 60_000, stopExtraMs: 15_000 };
