/** The shape of what `mcp purge` prints with `--json`: one document. */

import type { ComponentName, NodeName, ServiceName } from "../../values/names.ts";
import type { ContainerState } from "../service/observed.ts";
import type { ChangeResult } from "./change-output.ts";
import type { NodeFailure, NodeLiveness } from "./liveness-output.ts";

/** A desired state that no definition here names. */
export interface PurgedService {
  readonly service: ServiceName;
  readonly node: NodeName;
  readonly generation: number;
  /** Why it is removed or kept. */
  readonly reason: string;
}

/** A container of mcp that no desired state needs. */
export interface PurgedContainer {
  readonly node: NodeName;
  readonly id: string;
  readonly name: string;
  readonly service: ServiceName;
  readonly component?: ComponentName;
  readonly state: ContainerState;
  /** Why it is removed or kept. */
  readonly reason: string;
}

/** `mcp purge`. */
export interface PurgeOutput {
  readonly dryRun: boolean;
  /** Retired, or with `--dry-run` what would be. */
  readonly services: readonly PurgedService[];
  /** Removed, or with `--dry-run` what would be. */
  readonly containers: readonly PurgedContainer[];
  /** The result for each retired service; empty with `--dry-run`. */
  readonly results: readonly ChangeResult[];
  /** Also unneeded, but kept. */
  readonly kept: {
    readonly services: readonly PurgedService[];
    readonly containers: readonly PurgedContainer[];
  };
  /** Nodes that did not list their orphans. */
  readonly silent: readonly NodeLiveness[];
  /** Nodes that could not list or remove orphans. */
  readonly failed: readonly NodeFailure[];
}
