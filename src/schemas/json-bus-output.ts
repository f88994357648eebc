/** What `mcp bus backup` and `restore` print with `--json`; json-output.ts says what holds for all of these shapes. */
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
  /** Stored documents that are none of ours; they are not in the file. */
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
    /** False: there was one before, and the lines are to be added by hand. */
    readonly written: boolean;
    readonly lines: string;
  };
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
