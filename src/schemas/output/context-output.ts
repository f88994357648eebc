/** What `mcp context list|use|show --json` print. */

/** What decided which settings file is used. */
export type SettingsChooser = "--config" | "--context" | "MCP_CONFIG" | "MCP_CONTEXT" | "mcp context use" | "default";

export interface ContextFacts {
  readonly name: string;
  /** Its settings file. */
  readonly path: string;
  /** True for the context that commands use. */
  readonly current: boolean;
  /** URLs of its bus; empty where the file names none. */
  readonly servers: readonly string[];
  /** Why its settings file cannot be used. */
  readonly problem?: string;
}

export interface ContextListOutput {
  readonly contexts: readonly ContextFacts[];
}

export interface ContextUseOutput {
  readonly name: string;
  readonly path: string;
  /** What is chosen before it as things are, so that commands do not use it yet: a variable that is set. */
  readonly overriddenBy?: SettingsChooser;
}

export interface ContextShowOutput {
  /** Absent where a settings file was named, not a context. */
  readonly name?: string;
  readonly path: string;
  readonly chosenBy: SettingsChooser;
  readonly servers: readonly string[];
  /** Credentials file. */
  readonly creds?: string;
}
