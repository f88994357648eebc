/** What `mcp init --json` and `mcp explain --json` print. */

/** One key of a definition or of a settings file. */
export interface KeyExplanation {
  /** The kind of file that has the key: `definition`, `mcp.toml` or `agent.toml`. */
  readonly file: string;
  /** The names of the tables around it and its own, joined by dots: `components.health.interval`. */
  readonly key: string;
  readonly type: string;
  readonly required: boolean;
  /** As TOML, or in words where it depends on the machine; absent: none. */
  readonly default?: string;
  readonly meaning: string;
  /** A line of TOML. */
  readonly example?: string;
  /** The environment variable that overrides it. */
  readonly variable?: string;
}

export interface ExplainOutput {
  readonly keys: readonly KeyExplanation[];
}

export interface InitOutput {
  readonly service: string;
  /** The file that was written; absent with `--stdout`. */
  readonly path?: string;
  readonly text: string;
  /** Keys that are still empty and must be filled in. */
  readonly missing: readonly string[];
}
