/**
 * The keys of a component that podman and compose know by the same names, as people write them. A document that uses one of them
 * has version 2. The first sentence of each description is its summary: the JSON Schema, `mcp explain` and the manual print it.
 */
export interface ContainerDefinition {
  /** Host name inside the container. Changing it replaces the container; other containers find it by the names on its network. */
  hostname?: string;
  /** Program and first arguments to run instead of the image's entrypoint; `[]` removes it. The image's own command is then not used. */
  entrypoint?: string[];
  /** Directory in which the command starts, as an absolute path. It must exist in the container. */
  workdir?: string;
  /** Whether a small init process starts the command, passes signals on and reaps ended processes. */
  init?: boolean;
  /** Whether the command gets a terminal. */
  tty?: boolean;
  /** Whether the standard input of the command stays open. */
  stdin?: boolean;
  /** Signal that asks the command to end, for example `SIGINT`. */
  stop_signal?: string;
  /** Size of `/dev/shm`, for example `256m`. */
  shm_size?: string;
  /** Directories that are kept in memory, each as `path[:options]`. Options are `size=64m`, `mode=1777`, `ro` and `noexec`; the content is lost when the container ends. */
  tmpfs?: string[];
  /** Names that the container resolves by itself, each as `name:address`. The address `host-gateway` is that of the node (podman 4.7 or later). */
  extra_hosts?: string[];
  /** DNS servers to ask instead of the node's. Podman before 4.6 then no longer resolves the names of other containers. */
  dns?: string[];
  /** Domains in which short names are looked up; `.` alone means none. */
  dns_search?: string[];
}
