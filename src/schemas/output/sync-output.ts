/** The shape of what `mcp sync` prints with `--json`: one document. */

import type { NodeName, ServiceName } from "../../values/names.ts";
import type { FieldDifference } from "../service/drift.ts";
import type { LiveContainer } from "../wire/live-container.ts";
import type { Liveness, NodeLiveness } from "./liveness-output.ts";

/**
 * created, updated: written (with `--dry-run`: would be) · unchanged: nothing to write · conflict: somebody else wrote
 * it, or the bus lost accepted state · retired: undeployed, not changed · refused: a rule forbids it, or the bus did not
 * accept it.
 */
export type SyncOutcome = "created" | "updated" | "unchanged" | "conflict" | "retired" | "refused";

/** The result for one service on one node, if it is not unchanged. */
export interface SyncResult {
  readonly service: ServiceName;
  readonly node: NodeName;
  readonly outcome: SyncOutcome;
  /** Generation on the bus now; 0: none. */
  readonly generation: number;
  readonly differences: readonly FieldDifference[];
  /** True if the node is not online to accept it. */
  readonly pending: boolean;
  /** Why it was not written. `details` as for `mcp deploy` (conflict-details.json). */
  readonly error?: {
    readonly code: string;
    readonly message: string;
    readonly hint: string;
    readonly details?: unknown;
  };
}

/** Services by outcome. `pending` counts services with any outcome that the node has not accepted yet. */
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
  /** Age of its last presence by the bus's clock. */
  readonly lastSeenMs?: number;
}

/** A file that is not a valid definition. */
export interface BrokenDefinition {
  readonly path: string;
  readonly service: ServiceName;
  readonly code: string;
  readonly message: string;
}

/** An undeclared container: unmanaged, or (with `service`) of a service without desired state there. */
export interface UndeclaredContainer {
  readonly node: NodeName;
  readonly name: string;
  readonly image: string;
  readonly state: LiveContainer["state"];
  readonly service?: ServiceName;
}

/** What `--reseed` did with one accepted document of a node. */
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
  /** Everything that is not unchanged. */
  readonly results: readonly SyncResult[];
  readonly broken: readonly BrokenDefinition[];
  /** On the bus, but without a definition here: left alone. */
  readonly others: readonly { readonly service: ServiceName; readonly node: NodeName }[];
  /** Undeclared containers; they were left alone. */
  readonly unmanaged: readonly UndeclaredContainer[];
  /** Nodes that should be online but did not list their containers. */
  readonly silent: readonly NodeLiveness[];
  /** Only with `--reseed`. */
  readonly reseeded?: readonly ReseedResult[];
  readonly tookMs: number;
}
