/** The keys of definition.ts once checked: fields of a component's spec. A key that is absent there is absent here, and in the hash. */

/** A directory that is kept in memory. */
export interface TmpfsSpec {
  /** Absolute path in the container. */
  readonly path: string;
  /** Sorted: `mode=<octal>`, `noexec`, `ro`, `size=<bytes>`. */
  readonly options: readonly string[];
}

export interface ContainerFields {
  /** Host name inside the container. */
  readonly hostname?: string;
  /** Replaces the image's entrypoint; empty removes it. */
  readonly entrypoint?: readonly string[];
  /** Directory in which the command starts. */
  readonly workdir?: string;
  /** Whether an init process starts the command. */
  readonly init?: boolean;
  /** Whether the command gets a terminal. */
  readonly tty?: boolean;
  /** Whether standard input stays open. */
  readonly stdin?: boolean;
  /** Name of a signal of Linux: `SIGINT`, `SIGRTMIN+3`. */
  readonly stopSignal?: string;
  /** Size of `/dev/shm` in bytes. */
  readonly shmBytes?: number;
  /** Directories in memory, sorted by path. */
  readonly tmpfs?: readonly TmpfsSpec[];
  /** `name:address` each. */
  readonly extraHosts?: readonly string[];
  /** Addresses of DNS servers. */
  readonly dns?: readonly string[];
  /** Search domains. */
  readonly dnsSearch?: readonly string[];
}
