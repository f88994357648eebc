/** The shape of what `mcp purge` prints with `--json`: one document. */

import type { ComponentName, NodeName, ServiceName } from "../../values/names.ts";
import type { ContainerState } from "../service/observed.ts";
import type { ChangeResult } from "./change-output.ts";
import type { NodeFailure, NodeLiveness } from "./liveness-output.ts";

/** A desired state that no definition here asks for. */
export interface PurgedService {
  readonly service: ServiceName;
  readonly node: NodeName;
  readonly generation: number;
  /** Why it goes, or stays. */
  readonly reason: string;
}

/** A container of ours that no desired state asks for. */
export interface PurgedContainer {
  readonly node: NodeName;
  readonly id: string;
  readonly name: string;
  readonly service: ServiceName;
  readonly component?: ComponentName;
  readonly state: ContainerState;
  /** Why it goes, or stays. */
  readonly reason: string;
}

/** `mcp purge`. */
export interface PurgeOutput {
  readonly dryRun: boolean;
  /** Retired, or with `--dry-run` what would be. */
  readonly services: readonly PurgedService[];
  /** Removed, or with `--dry-run` what would be. */
  readonly containers: readonly PurgedContainer[];
  /** What came of retiring each; empty with `--dry-run`. */
  readonly results: readonly ChangeResult[];
  /** Unwanted too, and left alone. */
  readonly kept: {
    readonly services: readonly PurgedService[];
    readonly containers: readonly PurgedContainer[];
  };
  /** Nodes that did not say which containers nobody wants there. */
  readonly silent: readonly NodeLiveness[];
  /** Nodes that could not say it, or did not remove what they were asked to. */
  readonly failed: readonly NodeFailure[];
}
