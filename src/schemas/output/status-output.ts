/** What `mcp list` and `mcp status` print with `--json`: desired state against observed state. */
import type { NodeName, ServiceName } from "../../values/names.ts";
import type { StoppedHere } from "../service/desired.ts";
import type { OpenDrift } from "../service/drift.ts";
import type { Blocked, Failure, ObservedComponent, ServiceState } from "../service/observed.ts";
import type { McpEvent } from "../wire/event.ts";
import type { StoreProblem } from "../wire/presence.ts";
import type { Liveness, NodeLiveness } from "./liveness-output.ts";

/** The state that a node reports, or `pending`: the node has not accepted the newest desired state yet. */
export type ShownState = ServiceState | "pending";

/** One service on one node: desired against observed. */
export interface ServiceStatus {
  readonly service: ServiceName;
  readonly node: NodeName;
  readonly state: ShownState;
  /** True only if the node is online and reports that everything is as desired. */
  readonly converged: boolean;
  /** Why it has not converged, in one line. */
  readonly reason?: string;
  /** Absent if the bus has no desired state although the node reports the service. */
  readonly desired?: {
    readonly generation: number;
    readonly author: string;
    readonly at: string;
    readonly command: string;
    readonly message?: string;
    readonly active: boolean;
    /** Present while it is stopped on this node only: author and time. */
    readonly stoppedHere?: StoppedHere;
    /** True for a tombstone: the service must be removed. */
    readonly retired: boolean;
  };
  readonly acceptedGeneration?: number;
  readonly appliedGeneration?: number;
  /** How long the newest desired state has been waiting to be accepted. */
  readonly pendingMs?: number;
  /** Absent if the node never reported this service. */
  readonly reportAgeMs?: number;
  /** True if the report may be out of date: the node is not online, or its agent has restarted since. */
  readonly stale: boolean;
  readonly liveness: Liveness;
  readonly lastSeenMs?: number;
  /** By how much the node's clock was ahead of this workstation's at that time (negative: behind); absent within a minute. */
  readonly clockAheadMs?: number;
  /** Present while the node's agent cannot write its store, by its last presence. */
  readonly storeProblem?: StoreProblem;
  readonly components: readonly ObservedComponent[];
  readonly drift: readonly OpenDrift[];
  readonly blocked: readonly Blocked[];
  readonly failure?: Failure;
  readonly regressed?: string;
}

/** `mcp list`. */
export interface ListOutput {
  readonly services: readonly ServiceStatus[];
}

/** What the bus holds for a service and counts for nothing: unreadable, unsigned, out of its signer's scope. */
export interface IgnoredDesired {
  readonly service: ServiceName;
  readonly node: NodeName;
  /** The revision of the key in the desired bucket. */
  readonly revision: number;
  readonly reason: string;
  /** As the document says; absent when it cannot be read. */
  readonly author?: string;
}

/** `mcp status`. */
export interface StatusOutput {
  /** True if at least one service is shown and all of them have converged. */
  readonly converged: boolean;
  readonly services: readonly ServiceStatus[];
  /** Nodes that are not online. */
  readonly absent: readonly NodeLiveness[];
  /** Absent: none. An older document counts in their place; `mcp sync --reseed` repairs them. */
  readonly ignored?: readonly IgnoredDesired[];
  /** Newest last. */
  readonly events: readonly McpEvent[];
}
