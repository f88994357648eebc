/** What `mcp ps` prints with `--json`. */
import type { NodeName } from "../../values/names.ts";
import type { LiveContainer } from "../wire/live-container.ts";
import type { NodeFailure, NodeLiveness } from "./liveness-output.ts";

export interface PsContainer extends LiveContainer {
  readonly node: NodeName;
  /** Tag or digest of the image. */
  readonly imageVersion: string;
  readonly uptimeMs?: number;
}

/** `mcp ps`. */
export interface PsOutput {
  readonly containers: readonly PsContainer[];
  readonly answered: readonly NodeName[];
  readonly silent: readonly NodeLiveness[];
  /** Nodes that answered, but with an error. */
  readonly failed: readonly NodeFailure[];
}
