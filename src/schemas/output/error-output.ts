/**
 * What a command prints on stderr with `--json` when it fails. All types in this folder are stable: members are added, never renamed
 * or removed. Ages are milliseconds at the time of printing; times are ISO 8601.
 */
/** On stderr when a command fails. Stdout is then empty, or contains a partial result. */
export interface ErrorOutput {
  readonly error: {
    /** A code of docs/errors.md. */
    readonly code: string;
    readonly message: string;
    readonly hint: string;
    /** Messages of its causes, outermost first. */
    readonly causes: readonly string[];
    readonly details?: unknown;
    /** Only for defects (E_BUG). */
    readonly stack?: string;
  };
}
