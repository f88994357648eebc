/**
 * The shape of what `mcp push` and `mcp pull` print with `--json`: one document each.
 */
import type { NodeName, ServiceName } from "../../values/names.ts";

/** One file that was transferred; the receiver compared its SHA-256. */
export interface MovedFile {
  readonly service: ServiceName;
  readonly node: NodeName;
  /** On the node, below the service's directory. */
  readonly path: string;
  /** On the workstation. */
  readonly file: string;
  readonly size: number;
  /** Permission bits in octal digits: `644`. */
  readonly mode: string;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  /** True if a file of this name was replaced. */
  readonly replaced: boolean;
  readonly tookMs: number;
  /** The source was longer at the end than at the beginning: only its first `size` bytes were copied. */
  readonly grown?: true;
}

/** One file that was not transferred; an existing file was not changed. */
export interface UnmovedFile {
  readonly service: ServiceName;
  readonly node: NodeName;
  readonly path: string;
  readonly file: string;
  readonly code: string;
  readonly message: string;
}

/** `mcp push`. If a single file fails, the command fails with its error instead. */
export interface PushOutput {
  readonly pushed: readonly MovedFile[];
  readonly failed: readonly UnmovedFile[];
}

/** `mcp pull`. If a single file fails, the command fails with its error instead. */
export interface PullOutput {
  readonly pulled: readonly MovedFile[];
  readonly failed: readonly UnmovedFile[];
}
