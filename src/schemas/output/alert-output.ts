/** The shape of what `mcp-agent alert test` prints with `--json`. */
import type { McpEvent } from "../wire/event.ts";

export interface AlertTestOutput {
  /** Name of the program, without its arguments, which may hold secrets. */
  readonly program: string;
  /** Absent when it was killed or could not be started. */
  readonly exitCode?: number;
  /** How it ended then, in words. */
  readonly trouble?: string;
  readonly tookMs: number;
  /** The first 4,096 characters of what it wrote. */
  readonly stdout: string;
  readonly stderr: string;
  /** What it was told. */
  readonly event: McpEvent;
}
