/** The shape of what `mcp-agent alert test` prints with `--json`. */
import type { McpEvent } from "../wire/event.ts";

export interface AlertTestOutput {
  /** Name of the program, without its arguments, which may hold secrets. */
  readonly program: string;
  /** Absent if it was killed or could not be started. */
  readonly exitCode?: number;
  /** How it ended, if there is no exit code. */
  readonly trouble?: string;
  readonly tookMs: number;
  /** The first 4,096 characters of its output. */
  readonly stdout: string;
  readonly stderr: string;
  /** The alert that it received. */
  readonly event: McpEvent;
}
