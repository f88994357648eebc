/**
 * The shape of what `mcp push` and `mcp pull` print with `--json`: one document each.
 */
import type { NodeName, ServiceName } from "../../values/names.ts";

/** One file that arrived whole, its digest compared at the far end. */
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
  /** True when a file of this name was replaced. */
  readonly replaced: boolean;
  readonly tookMs: number;
}

/** One file that did not arrive; what was there before is untouched. */
export interface UnmovedFile {
  readonly service: ServiceName;
  readonly node: NodeName;
  readonly path: string;
  readonly file: string;
  readonly code: string;
  readonly message: string;
}

/** `mcp push`. A single file that fails is the command's own error instead. */
export interface PushOutput {
  readonly pushed: readonly MovedFile[];
  readonly failed: readonly UnmovedFile[];
}

/** `mcp pull`. A single file that fails is the command's own error instead. */
export interface PullOutput {
  readonly pulled: readonly MovedFile[];
  readonly failed: readonly UnmovedFile[];
}
