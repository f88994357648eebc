/** Whether nodes are online and whether they answered: parts of many outputs. */
import type { NodeName } from "../../values/names.ts";
import type { StoreProblem } from "../wire/presence.ts";

/**
 * online · offline: no presence for too long · left: its agent was stopped · never-seen: enrolled, or named in a desired
 * state, but no agent ever reported.
 */
export type Liveness = "online" | "offline" | "left" | "never-seen";

export interface NodeLiveness {
  readonly node: NodeName;
  readonly liveness: Liveness;
  /** Age of its last presence by the bus's clock. */
  readonly lastSeenMs?: number;
  /** By how much its clock was ahead of this workstation's at that time (negative: behind); absent within a minute. */
  readonly clockAheadMs?: number;
  /** Present while the agent cannot write its store, by its last presence. */
  readonly storeProblem?: StoreProblem;
}

export interface NodeFailure {
  readonly node: NodeName;
  readonly code: string;
  readonly message: string;
}
