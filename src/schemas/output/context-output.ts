/** What `mcp context list|use|show --json` print. */

/** What decided which settings file is used. */
export type SettingsChooser = "--config" | "--context" | "MCP_CONFIG" | "MCP_CONTEXT" | "mcp context use" | "default";

export interface ContextFacts {
  readonly name: string;
  /** Its settings file. */
  readonly path: string;
  /** True for the context that commands use. */
  readonly current: boolean;
  /** URLs of its bus; empty if the file names none. */
  readonly servers: readonly string[];
  /** Why its settings file is not usable. */
  readonly problem?: string;
}

export interface ContextListOutput {
  readonly contexts: readonly ContextFacts[];
}

export interface ContextUseOutput {
  readonly name: string;
  readonly path: string;
  /** A variable that is set and overrides the choice. */
  readonly overriddenBy?: SettingsChooser;
}

export interface ContextShowOutput {
  /** Absent if a settings file was named instead of a context. */
  readonly name?: string;
  readonly path: string;
  readonly chosenBy: SettingsChooser;
  readonly servers: readonly string[];
  /** Credentials file. */
  readonly creds?: string;
}
