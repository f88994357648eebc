/** What `mcp bus backup` and `restore` print with `--json`. */

/** `mcp bus provision`. */
export interface BusProvisionOutput {
  readonly streams: readonly {
    readonly name: string;
    /** `missing` only with `--dry-run`. */
    readonly result: "created" | "unchanged" | "differs" | "missing";
    readonly differences: readonly {
      /** JetStream's own name of the setting. */
      readonly setting: string;
      readonly want: unknown;
      readonly have: unknown;
    }[];
  }[];
  /** What the server lacks, and what cannot be seen from here. */
  readonly warnings: readonly string[];
}

/** How many of each there are in a backup, or were written from it. Desired state counts with its history. */
export interface BackupCounts {
  /** The list of operators who were removed: 0 or 1. */
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
  /** Stored documents that mcp did not write; they are not in the file. */
  readonly unreadable: number;
}

/** `mcp bus restore`. */
export interface BusRestoreOutput {
  readonly dryRun: boolean;
  /** When the backup was made. */
  readonly at: string;
  readonly inFile: BackupCounts;
  /** Written, or with `--dry-run` to be written; the bus already held the others, or newer ones. */
  readonly restored: BackupCounts;
}

/** What became of a file. */
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
  /** Directory to copy to where the login exchange runs. */
  readonly auth: string;
  /** As clients dial them. */
  readonly servers: readonly string[];
  readonly operator: { readonly name: string; readonly creds: string };
  readonly settings: {
    readonly path: string;
    /** True: the lines are in it. False: there was another before, and they are to be added by hand. */
    readonly written: boolean;
    readonly lines: string;
  };
  /** True: keys of this bus were there, from a run that was interrupted, and only what was missing was made. */
  readonly resumed: boolean;
  readonly files: readonly FileResult[];
}

/** `mcp bus config`. */
export interface BusConfigOutput {
  readonly identity: string;
  /** Directory to copy to the server, or which holds one for each. */
  readonly server: string;
  readonly servers: readonly string[];
  readonly files: readonly FileResult[];
}

/** `mcp bus push`. */
export interface BusPushOutput {
  readonly identity: string;
  readonly dryRun: boolean;
  /** How many were pushed (with `--dry-run`: would be), and how many the server had already. */
  readonly counts: { readonly pushed: number; readonly unchanged: number };
  readonly accounts: readonly PushedAccount[];
}

export interface PushedAccount {
  /** bus: one of the accounts that every bus has. */
  readonly kind: "bus" | "node" | "consumer" | "viewer";
  readonly name: string;
  /** Public key. */
  readonly account: string;
  /** lost: the server knew none · outdated: it knew an older one, without a removed operator or a right · current: as it should be. */
  readonly found: "lost" | "outdated" | "current";
}
