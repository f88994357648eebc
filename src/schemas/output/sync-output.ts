/** The shape of what `mcp sync` prints with `--json`: one document. */

import type { NodeName, ServiceName } from "../../values/names.ts";
import type { FieldDifference } from "../service/drift.ts";
import type { LiveContainer } from "../wire/live-container.ts";
import type { Liveness, NodeLiveness } from "./liveness-output.ts";

/**
 * created, updated: written (with `--dry-run`: would be) · unchanged: nothing to write · conflict: somebody else wrote
 * it, or the bus lost what was accepted · retired: undeployed, and left so · refused: a rule forbids it, or the bus did
 * not take it.
 */
export type SyncOutcome = "created" | "updated" | "unchanged" | "conflict" | "retired" | "refused";

/** What became of one service on one node, where it is not merely unchanged. */
export interface SyncResult {
  readonly service: ServiceName;
  readonly node: NodeName;
  readonly outcome: SyncOutcome;
  /** Generation on the bus now; 0 if there is none. */
  readonly generation: number;
  readonly differences: readonly FieldDifference[];
  /** True when the node is not there to take it. */
  readonly pending: boolean;
  /** Why it was not written. `details` as those of `mcp deploy` (conflict-details.json). */
  readonly error?: {
    readonly code: string;
    readonly message: string;
    readonly hint: string;
    readonly details?: unknown;
  };
}

/** How many services of each outcome; `pending` counts those of any outcome that the node has yet to take. */
export interface SyncCounts {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly conflict: number;
  readonly retired: number;
  readonly refused: number;
  readonly pending: number;
}

export interface SyncNode extends SyncCounts {
  readonly node: NodeName;
  readonly liveness: Liveness;
  /** Age of its last sign of life by the bus's clock. */
  readonly lastSeenMs?: number;
}

/** A file that is not a definition. */
export interface BrokenDefinition {
  readonly path: string;
  readonly service: ServiceName;
  readonly code: string;
  readonly message: string;
}

/** A container that nobody declared: foreign to mcp, or (with `service`) of a service that nobody desires there. */
export interface UndeclaredContainer {
  readonly node: NodeName;
  readonly name: string;
  readonly image: string;
  readonly state: LiveContainer["state"];
  readonly service?: ServiceName;
}

/** What `--reseed` did with one document that a node offered. */
export interface ReseedResult {
  readonly service: ServiceName;
  readonly node: NodeName;
  readonly generation: number;
  /** returned: it is on the bus again · conflict: the bus holds another document of that generation. */
  readonly outcome: "returned" | "conflict" | "refused";
  readonly error?: { readonly code: string; readonly message: string };
}

/** `mcp sync`. */
export interface SyncOutput {
  readonly dryRun: boolean;
  readonly nodes: readonly SyncNode[];
  readonly total: SyncCounts;
  /** Everything that is not merely unchanged. */
  readonly results: readonly SyncResult[];
  readonly broken: readonly BrokenDefinition[];
  /** On the bus, but in no definition here: left alone. */
  readonly others: readonly { readonly service: ServiceName; readonly node: NodeName }[];
  /** Containers that nobody declared; nothing was done about them. */
  readonly unmanaged: readonly UndeclaredContainer[];
  /** Nodes that seem to be there but did not say what runs on them. */
  readonly silent: readonly NodeLiveness[];
  /** Only with `--reseed`. */
  readonly reseeded?: readonly ReseedResult[];
  readonly tookMs: number;
}
