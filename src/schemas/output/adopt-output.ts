/** The shape of what `mcp adopt --json` prints: one document. */

import type { ComponentName, NodeName, ServiceName } from "../../values/names.ts";
import type { UnsupportedSetting } from "../wire/live-container.ts";
import type { ChangeResult } from "./change-output.ts";

/** created · extended: the components were added · unchanged: it already has them · kept: it differs and was not changed. */
export type AdoptFileOutcome = "created" | "extended" | "unchanged" | "kept";

export interface AdoptedComponent {
  readonly component: ComponentName;
  readonly containerId: string;
  /** The name before the adoption. */
  readonly containerName: string;
  readonly image: string;
  /** Names of the variables whose values go into the definition and the desired state. */
  readonly env: readonly string[];
  /** Settings that a definition cannot express: a replacement container will not have them. */
  readonly unsaid: readonly UnsupportedSetting[];
  readonly remarks: readonly string[];
}

/** `mcp adopt`. */
export interface AdoptOutput {
  readonly service: ServiceName;
  readonly node: NodeName;
  /** Nothing was written. */
  readonly dryRun: boolean;
  /** Empty if all already belong to the service. */
  readonly containers: readonly AdoptedComponent[];
  /** The definition of the service, with hidden values of env. */
  readonly definition: string;
  readonly file: {
    readonly path: string;
    readonly outcome: AdoptFileOutcome;
    /** True if only its owner may read it, because it contains values of env. */
    readonly private: boolean;
  };
  /** The result of the change; absent if nothing was written to the bus. */
  readonly result?: ChangeResult;
}
