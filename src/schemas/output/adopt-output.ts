/** The shape of what `mcp adopt --json` prints: one document. */

import type { ComponentName, NodeName, ServiceName } from "../../values/names.ts";
import type { Unsaid } from "../wire/live-container.ts";
import type { ChangeResult } from "./change-output.ts";

/** created · extended: the components were added, the rest kept · unchanged: it says so already · kept: it says otherwise. */
export type AdoptFileOutcome = "created" | "extended" | "unchanged" | "kept";

export interface AdoptedComponent {
  readonly component: ComponentName;
  readonly containerId: string;
  /** As it was called; from now on it has its component's name. */
  readonly containerName: string;
  readonly image: string;
  /** Names of the variables whose values go into the definition and the desired state. */
  readonly env: readonly string[];
  /** What no definition can say: what replaces the container will not have it. */
  readonly unsaid: readonly Unsaid[];
  readonly remarks: readonly string[];
}

/** `mcp adopt`. */
export interface AdoptOutput {
  readonly service: ServiceName;
  readonly node: NodeName;
  /** Nothing was written. */
  readonly dryRun: boolean;
  /** Empty when all are the service's already. */
  readonly containers: readonly AdoptedComponent[];
  /** The definition of the service, values of env hidden. */
  readonly definition: string;
  readonly file: {
    readonly path: string;
    readonly outcome: AdoptFileOutcome;
    /** True when only its owner may read it, since it holds values of env. */
    readonly private: boolean;
  };
  /** What became of the change; absent when nothing was written to the bus. */
  readonly result?: ChangeResult;
}
