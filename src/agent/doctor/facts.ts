/**
 * What `mcp-agent doctor` found on this node, before anything is made of it. Probes (probe-*.ts) fill these in; the
 * judgements beside them are pure.
 */
export interface UserFacts {
  readonly name: string;
  readonly uid: number;
  /** Texts of /etc/subuid and /etc/subgid; empty where there is no such file. */
  readonly subuid: string;
  readonly subgid: string;
  readonly helpers: readonly HelperFacts[];
  /** True where systemd is the first process. */
  readonly systemd: boolean;
  readonly lingers: boolean;
  readonly runtimeDir: RuntimeDirFacts | undefined;
}

/** A program of the system; `path` is absent when it is not there. */
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
  /** True when there is a program `podman`. */
  readonly installed: boolean;
  readonly socketPath: string;
  /** True when somebody listened before we looked. */
  readonly listened: boolean;
  /** Why podman does not answer; `info` is absent then. */
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
  /** Absent where the kernel does not tell. */
  readonly keys?: KeysFacts;
}

/** The kernel's keys: what this user has of them, and may have. */
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
  /** Room for this user on the file system of it, or of the nearest directory above that exists. */
  readonly freeBytes: number;
  /** True when the nearest directory above that exists lets us make it. */
  readonly creatable: boolean;
}

/** The file with the bus's credentials. */
export interface CredsFacts {
  readonly path: string;
  /** True when others than its owner may read or write it. */
  readonly loose: boolean;
}

export interface BusFacts {
  readonly servers: readonly string[];
  /** Why it cannot be used; the rest is absent then, except what was found before. */
  readonly trouble?: { readonly message: string; readonly hint: string };
  /** That another machine is spoken to in plain text, as `insecure` allows. */
  readonly plainText?: string;
  readonly url?: string;
  readonly version?: string;
  readonly rttMs?: number;
  /** This machine's clock minus the server's; absent when the server does not tell its time. */
  readonly skewMs?: number;
}
