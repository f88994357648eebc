/** What `mcp bus backup` and `restore` print with `--json`. */

/** `mcp bus provision`. */
export interface BusProvisionOutput {
  readonly streams: readonly {
    readonly name: string;
    /** `missing` only with `--dry-run`. */
    readonly result: "created" | "unchanged" | "differs" | "missing";
    readonly differences: readonly {
      /** JetStream's name of the setting. */
      readonly setting: string;
      readonly want: unknown;
      readonly have: unknown;
    }[];
  }[];
  /** What the server lacks. */
  readonly warnings: readonly string[];
  /** Streams and durable consumers that are not mcp's; absent when these credentials may not list streams. */
  readonly foreign?: readonly string[];
}

/** Counts in a backup, or of what was restored from it. Desired state includes its history. */
export interface BackupCounts {
  /** The revocation list: 0 or 1. */
  readonly revocations: number;
  readonly nodes: number;
  readonly observed: number;
  readonly desired: number;
  readonly events: number;
}

/** `mcp bus backup`. */
export interface BusBackupOutput {
  readonly file: string;
  readonly bytes: number;
  readonly counts: BackupCounts;
  /** Stored documents that are not valid; they are not in the file. */
  readonly unreadable: number;
}

/** `mcp bus restore`. */
export interface BusRestoreOutput {
  readonly dryRun: boolean;
  /** When the backup was made. */
  readonly at: string;
  readonly inFile: BackupCounts;
  /** What was written, or with `--dry-run` would be; the bus already has the rest, or newer state. */
  readonly restored: BackupCounts;
}

/** What happened to a file. */
export interface FileResult {
  readonly path: string;
  readonly result: "created" | "updated" | "unchanged";
}

/** `mcp bus init`. */
export interface BusInitOutput {
  /** Directory of the keys. */
  readonly identity: string;
  /** Directory to copy to the server. */
  readonly server: string;
  /** Directory to copy to the machine of the login exchange. */
  readonly auth: string;
  /** Addresses for clients. */
  readonly servers: readonly string[];
  readonly operator: { readonly name: string; readonly creds: string };
  readonly settings: {
    readonly path: string;
    /** True: the lines are in it. False: it existed before, and you must add them. */
    readonly written: boolean;
    readonly lines: string;
  };
  /** True: an earlier run was interrupted; its keys were kept, and only missing parts were created. */
  readonly resumed: boolean;
  readonly files: readonly FileResult[];
}

/** `mcp bus config`. */
export interface BusConfigOutput {
  readonly identity: string;
  /** Directory to copy to the server; for several servers, it contains one directory each. */
  readonly server: string;
  readonly servers: readonly string[];
  readonly files: readonly FileResult[];
}

/** `mcp bus push`. */
export interface BusPushOutput {
  readonly identity: string;
  readonly dryRun: boolean;
  /** Number of accounts that were pushed (with `--dry-run`: would be), and that were current. */
  readonly counts: { readonly pushed: number; readonly unchanged: number };
  readonly accounts: readonly PushedAccount[];
}

export interface PushedAccount {
  /** bus: one of the accounts that every bus has. */
  readonly kind: "bus" | "node" | "consumer" | "viewer";
  readonly name: string;
  /** Public key. */
  readonly account: string;
  /** lost: not on the server · outdated: an older version, for example without a revocation · current: up to date. */
  readonly found: "lost" | "outdated" | "current";
}
