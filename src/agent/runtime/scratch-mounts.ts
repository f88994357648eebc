/** Where a container with a read-only root may still write: in memory, empty at each start, as with `podman run --read-only`. */
export const SCRATCH_PATHS: readonly string[] = ["/run", "/tmp", "/var/tmp"];
