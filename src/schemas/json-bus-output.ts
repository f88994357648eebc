/** What `mcp bus backup` and `restore` print with `--json`; json-output.ts says what holds for all of these shapes. */
/** How many of each there are in a backup, or were written from it. Desired state counts with its history. */
export interface BackupCounts {
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
