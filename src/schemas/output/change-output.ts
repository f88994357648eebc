/**
 * The shape of what each changing command prints with `--json`: one document each.
 */

import type { ComponentName, NodeName, ServiceName } from "../../values/names.ts";
import type { FieldDifference } from "../service/drift.ts";
import type { Failure } from "../service/observed.ts";
import type { SharedNetwork } from "../service/shared-networks.ts";
import type { ComponentProblem } from "../wire/request.ts";
import type { Liveness, NodeFailure, NodeLiveness } from "./liveness-output.ts";

/**
 * converged: done · unchanged: nothing to do · written: `--no-wait` · pending: stored on the bus, not applied yet ·
 * failed: the node could not apply it · superseded: somebody wrote a newer state · unwritten: nothing was written for this
 * node, `error` says why (for a single node it is the error of the command).
 */
export type ChangeOutcome = "converged" | "unchanged" | "written" | "pending" | "failed" | "superseded" | "unwritten";

/** The result of a change on one node. */
export interface ChangeResult {
  readonly service: ServiceName;
  readonly node: NodeName;
  /** The generation that this command wrote, or found if there was nothing to change. */
  readonly generation: number;
  /** The generation before; 0: none. */
  readonly before: number;
  readonly differences: readonly FieldDifference[];
  readonly outcome: ChangeOutcome;
  /** One line of text. */
  readonly message: string;
  /** Time from the write to the node's report that it has converged. */
  readonly tookMs?: number;
  readonly failure?: Failure;
  /** The node's hint about a failure. */
  readonly hint?: string;
  readonly error?: { readonly code: string; readonly message: string; readonly hint: string };
}

/** `mcp deploy`, `mcp stop`, `mcp start`, `mcp undeploy`. */
export interface ChangeOutput {
  readonly results: readonly ChangeResult[];
}

/** `details` of E_CONFLICT on stderr: who wrote the stored state, and what the refused change would have changed. */
export interface ConflictDetails {
  readonly service: ServiceName;
  readonly node: NodeName;
  readonly generation: number;
  readonly author: string;
  readonly at: string;
  readonly command: string;
  readonly message?: string;
  readonly differences: readonly FieldDifference[];
}

/** What `mcp deploy` would change on one node. */
export interface NodePlan {
  readonly service: ServiceName;
  readonly node: NodeName;
  readonly liveness: Liveness;
  /** The generation on the bus; 0: none. */
  readonly generation: number;
  readonly differences: readonly FieldDifference[];
  /** Why `mcp deploy` would refuse: somebody else's change, or state that the bus has lost. */
  readonly refusal?: string;
  /** What the node reports against the components that `mcp deploy` would change; absent when it reports nothing. */
  readonly problems?: readonly ComponentProblem[];
  /** Why the node did not check the components that `mcp deploy` would change. */
  readonly unchecked?: string;
  /** Networks of other services too, on which new containers of these components do not answer to the component's own name. */
  readonly sharedNetworks?: readonly SharedNetwork[];
}

/** `mcp plan`. */
export interface PlanOutput {
  readonly plans: readonly NodePlan[];
  /** Nodes that keep the service although the definition no longer names them. */
  readonly leftBehind: readonly NodeName[];
}

/** `mcp restart`. */
export interface RestartOutput {
  readonly restarted: readonly {
    readonly node: NodeName;
    readonly component: ComponentName;
    readonly containerId: string;
  }[];
  /** Nodes that did not answer: nothing is restarted there. */
  readonly silent: readonly NodeLiveness[];
  /** Nodes that answered with an error, or had nothing to restart. */
  readonly failed: readonly NodeFailure[];
}
