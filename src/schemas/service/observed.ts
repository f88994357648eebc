/**
 * A node's report of one of its services: the value of key `<node>.<service>` in the observed bucket. Only that node
 * writes it. It writes the whole report each time, and the newest wins.
 */

import type { ComponentName, NodeName, ServiceName } from "../../values/names.ts";
import type { StateRef } from "./desired.ts";
import type { OpenDrift } from "./drift.ts";

/**
 * converged: as desired · progressing: being changed · degraded: not as desired, and the agent has stopped trying or may not repair it ·
 * blocked: waits for something named · stopped: inactive as desired · removed: removed by a tombstone.
 * (`pending`, not yet accepted, is what a reader derives from generations; a node cannot report it.)
 */
export type ServiceState = "converged" | "progressing" | "degraded" | "blocked" | "stopped" | "removed";

export type ContainerState = "running" | "created" | "exited" | "paused" | "stopping" | "missing" | "unknown";

export type HealthState = "starting" | "healthy" | "unhealthy";

export interface ObservedComponent {
  readonly name: ComponentName;
  readonly state: ContainerState;
  readonly containerId?: string;
  readonly containerName?: string;
  readonly image?: string;
  readonly startedAt?: string;
  readonly exitCode?: number;
  readonly restarts?: number;
  readonly health?: HealthState;
  /** The generation that created the container. */
  readonly generation?: number;
  /** What the agent does with this component now; absent while it does nothing, and in reports of 0.1 agents. */
  readonly step?: CurrentStep;
}

/** A step that is under way. */
export interface CurrentStep {
  readonly name: StepName;
  /** When it began, ISO 8601. */
  readonly since: string;
  /** The image being pulled, or what is waited for. */
  readonly detail?: string;
}

export interface Blocked {
  readonly component?: ComponentName;
  readonly reason:
    | "name-taken"
    | "port-taken"
    | "dependency"
    | "fight"
    | "runtime"
    | "failed"
    | "backoff"
    | "unsupported";
  readonly message: string;
  /** A code of error-codes.ts, where an error is the reason; absent in reports of 0.1 agents. */
  readonly code?: string;
  /** What the operator can do about it; absent where the agent has no advice, and in reports of 0.1 agents. */
  readonly hint?: string;
}

/** Why a generation could not be brought up. */
export interface Failure {
  readonly generation: number;
  readonly component: ComponentName;
  readonly at: string;
  /** A code of error-codes.ts. */
  readonly code: string;
  readonly message: string;
  /** What the operator can do about it; absent where the agent has no advice, and in reports of 0.1 agents. */
  readonly hint?: string;
  readonly exitCode?: number;
  /** The container's own last lines. */
  readonly lines: readonly string[];
  /** True when the previous container is still running. */
  readonly previousServing: boolean;
}

export type StepName =
  | "pull"
  | "create"
  | "stop"
  | "start"
  | "wait"
  | "healthy"
  | "up"
  | "remove"
  | "restore"
  | "unchanged";

/** One step of bringing a generation up, in order; what `mcp deploy` prints. */
export interface Step {
  readonly generation: number;
  readonly component: ComponentName;
  readonly step: StepName;
  readonly at: string;
  readonly detail?: string;
}

/** Why a node does not accept what the bus holds; it keeps its accepted state. */
export interface ObservedRejection {
  /** refused: not a valid document for this node, such as one without a proof · regressed: older than the accepted state, not its descendant, or gone. */
  readonly kind: "refused" | "regressed";
  readonly reason: string;
  /** The rejected document's, where it could be read; 0.1 names it only where it was refused. */
  readonly writeId?: string;
}

export interface ObservedService {
  readonly version: 1;
  readonly node: NodeName;
  readonly service: ServiceName;
  /** The agent's boot nonce and a counter that rises with each report of that boot. */
  readonly boot: string;
  readonly report: number;
  readonly at: string;
  /** The highest state the node accepted; null before the first. */
  readonly accepted: StateRef | null;
  /** The last generation fully applied; 0 before the first. */
  readonly appliedGeneration: number;
  readonly state: ServiceState;
  readonly components: readonly ObservedComponent[];
  readonly drift: readonly OpenDrift[];
  readonly blocked: readonly Blocked[];
  readonly failure?: Failure;
  readonly steps: readonly Step[];
  /** Set while the bus holds a document that this node does not accept. */
  readonly rejection?: ObservedRejection;
  /** The reason of `rejection`, for readers up to 0.1. Written until 0.3; readers use `rejectionOf`. */
  readonly regressed?: string;
  /** The `writeId` of `rejection`, for readers up to 0.1. Written until 0.3. */
  readonly refused?: string;
}
