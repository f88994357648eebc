/** What `mcp dev`, `mcp version` and `mcp completion` print with `--json`. */
import type { NodeName } from "../../values/names.ts";

/** `mcp dev`: one line when bus and agent are ready. */
export interface DevOutput {
  /** Settings file, for MCP_CONFIG. */
  readonly config: string;
  readonly node: NodeName;
  readonly url: string;
  readonly servicesDir: string;
}

/** `mcp version`. */
export interface VersionOutput {
  readonly version: string;
}

/** `mcp completion`. */
export interface CompletionOutput {
  readonly shell: "bash" | "zsh" | "fish";
  readonly script: string;
}
