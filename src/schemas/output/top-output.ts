/** The shape of what `mcp top` prints with `--json`: one document. */

import type { NodeName } from "../../values/names.ts";
import type { MachineUsage, UsedContainer } from "../wire/live-container.ts";
import type { NodeFailure, NodeLiveness } from "./liveness-output.ts";

export interface TopContainer extends UsedContainer {
  readonly node: NodeName;
  /** Share of one core between two readings, in percent: 200 is two cores. Absent if it is not known. */
  readonly cpuPercent?: number;
  readonly uptimeMs?: number;
}

export interface TopNode extends Omit<MachineUsage, "atMs"> {
  readonly node: NodeName;
}

/** `mcp top`. */
export interface TopOutput {
  readonly nodes: readonly TopNode[];
  readonly containers: readonly TopContainer[];
  readonly silent: readonly NodeLiveness[];
  /** Nodes that answered, but with an error. */
  readonly failed: readonly NodeFailure[];
}
