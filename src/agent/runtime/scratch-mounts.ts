/** Paths that a container with a read-only root can write to: in memory, empty at each start, as with `podman run --read-only`. */
export const SCRATCH_PATHS: readonly string[] = ["/run", "/tmp", "/var/tmp"];
