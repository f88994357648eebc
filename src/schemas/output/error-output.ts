/**
 * What a command prints on stderr with `--json` when it fails. All types in this folder are stable: members are added, never renamed
 * or removed. Ages are milliseconds at the time of printing; times are ISO 8601.
 */
/** On stderr when a command fails; stdout then holds nothing, or the result as far as it goes. */
export interface ErrorOutput {
  readonly error: {
    /** A code of docs/errors.md. */
    readonly code: string;
    readonly message: string;
    readonly hint: string;
    /** Messages of what caused it, outermost first. */
    readonly causes: readonly string[];
    readonly details?: unknown;
    /** Only of defects (E_BUG). */
    readonly stack?: string;
  };
}
