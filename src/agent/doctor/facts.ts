/**
 * What `mcp-agent doctor` found on this node. Probes (probe-*.ts) collect these facts; the
 * judge-*.ts files turn them into checks and are pure.
 */
export interface UserFacts {
  readonly name: string;
  readonly uid: number;
  /** Texts of /etc/subuid and /etc/subgid; empty when the file does not exist. */
  readonly subuid: string;
  readonly subgid: string;
  readonly helpers: readonly HelperFacts[];
  /** True where systemd is the first process; without it no remedy names its commands. */
  readonly systemd: boolean;
  readonly lingers: boolean;
  readonly runtimeDir: RuntimeDirFacts | undefined;
}

/** A program of the system; `path` is absent when it is not installed. */
export interface HelperFacts {
  readonly name: string;
  readonly path?: string;
  readonly setuid?: boolean;
}

export interface RuntimeDirFacts {
  /** The value of XDG_RUNTIME_DIR; absent when it is unset, and `path` is then the directory that podman chooses. */
  readonly given?: string;
  readonly path: string;
  readonly exists: boolean;
  readonly owned: boolean;
}

export interface PodmanFacts {
  /** True where systemd is the first process; without it no remedy names its commands. */
  readonly systemd: boolean;
  /** True when there is a program `podman`. */
  readonly installed: boolean;
  readonly socketPath: string;
  /** True when a service was already listening. */
  readonly listened: boolean;
  /** Why podman does not answer; then `info` is absent. */
  readonly trouble?: string;
  readonly info?: PodmanInfo;
  /** True where /var/lib/cni exists. */
  readonly cniDir: boolean;
  readonly tun: "open" | "closed" | "missing";
  /** slirp4netns and pasta, as far as they are installed. */
  readonly userNetworks: readonly string[];
  readonly dns: HelperFacts;
  /** Keys of containers.conf, the last file that has one. */
  readonly exitCommandDelay?: number;
  readonly logSizeMax?: number;
  readonly keyring?: boolean;
  /** Absent when the kernel does not show it. */
  readonly keys?: KeysFacts;
}

/** The kernel's keys: how many this user has, and may have. */
export interface KeysFacts {
  readonly count: number;
  readonly bytes: number;
  readonly maxCount: number;
  readonly maxBytes: number;
}

export interface PodmanInfo {
  readonly version: string;
  readonly rootless: boolean;
  readonly cgroupVersion: string;
  readonly controllers: readonly string[];
  readonly storageDriver: string;
  readonly graphRoot: string;
  readonly networkBackend: string;
  readonly logDriver: string;
}

export interface DirectoryFacts {
  readonly path: string;
  readonly exists: boolean;
  readonly writable: boolean;
  readonly owned: boolean;
  /** Permission bits. */
  readonly mode: number;
  /** Free space for this user on its file system, or on that of the nearest directory above that exists. */
  readonly freeBytes: number;
  /** True when we can create it in the nearest directory above that exists. */
  readonly creatable: boolean;
}

/** The file with the bus's credentials. */
export interface CredsFacts {
  readonly path: string;
  /** True when others than its owner may read or write it. */
  readonly loose: boolean;
}

export interface BusFacts {
  /** True where systemd is the first process. */
  readonly systemd: boolean;
  readonly servers: readonly string[];
  /** Why it cannot be used; then everything that was not found before is absent. */
  readonly trouble?: { readonly message: string; readonly hint: string };
  /** Set when the connection to another machine is plain text, as `insecure` allows. */
  readonly plainText?: string;
  readonly url?: string;
  readonly version?: string;
  readonly rttMs?: number;
  /** This machine's clock minus the server's; absent when the server does not show its time. */
  readonly skewMs?: number;
}
