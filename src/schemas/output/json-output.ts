/**
 * The shape of what each command that looks prints with `--json` (those that change: change-output.ts): one
 * document, or one line each where a stream is said. Stable: members are added, never renamed or removed. Ages are
 * milliseconds at the time of printing; times are ISO 8601.
 */

import type { NodeName, ServiceName } from "../../values/names.ts";
import type { DesiredService, StoppedHere } from "../service/desired.ts";
import type { OpenDrift } from "../service/drift.ts";
import type { Blocked, Failure, ObservedComponent, ServiceState } from "../service/observed.ts";
import type { NodeEnrolment } from "../wire/enrolment.ts";
import type { McpEvent } from "../wire/event.ts";
import type { LiveContainer } from "../wire/live-container.ts";
import type { Presence } from "../wire/presence.ts";
import type { LogLine } from "../wire/request.ts";
import type { DocumentSignature } from "./history-output.ts";

/** On stderr when a command fails; stdout then holds nothing, or the result as far as it goes. */
export interface ErrorOutput {
  readonly error: {
    /** A code of docs/errors.md. */
    readonly code: string;
    readonly message: string;
    readonly hint: string;
    /** Messages of what caused it, outermost first. */
    readonly causes: readonly string[];
    readonly details?: unknown;
    /** Only of defects (E_BUG). */
    readonly stack?: string;
  };
}

/**
 * online · offline: no sign of life for too long · left: its agent was stopped properly · never-seen: enrolled, or
 * named in a desired state, but no agent ever reported.
 */
export type Liveness = "online" | "offline" | "left" | "never-seen";

/** What a node says of a service, or `pending`: the node has not accepted the newest desired state yet. */
export type ShownState = ServiceState | "pending";

/** One service on one node: desired against observed. */
export interface ServiceStatus {
  readonly service: ServiceName;
  readonly node: NodeName;
  readonly state: ShownState;
  /** True only when the node is online and says that all is as desired. */
  readonly converged: boolean;
  /** Why it is not, in one line. */
  readonly reason?: string;
  /** Absent when the bus holds no desired state although the node reports the service. */
  readonly desired?: {
    readonly generation: number;
    readonly author: string;
    readonly at: string;
    readonly command: string;
    readonly message?: string;
    readonly active: boolean;
    /** Set while it is stopped on this node alone: by whom, and when. */
    readonly stoppedHere?: StoppedHere;
    /** True for a tombstone: the service is to be removed. */
    readonly retired: boolean;
  };
  readonly acceptedGeneration?: number;
  readonly appliedGeneration?: number;
  /** How long the newest desired state has been waiting to be accepted. */
  readonly pendingMs?: number;
  /** Absent when the node never reported this service. */
  readonly reportAgeMs?: number;
  /** True when the report may be out of date: the node is not online, or its agent has restarted since. */
  readonly stale: boolean;
  readonly liveness: Liveness;
  readonly lastSeenMs?: number;
  readonly components: readonly ObservedComponent[];
  readonly drift: readonly OpenDrift[];
  readonly blocked: readonly Blocked[];
  readonly failure?: Failure;
  readonly regressed?: string;
}

export interface NodeLiveness {
  readonly node: NodeName;
  readonly liveness: Liveness;
  /** Age of its last sign of life by the bus's clock. */
  readonly lastSeenMs?: number;
}

/** `mcp list`. */
export interface ListOutput {
  readonly services: readonly ServiceStatus[];
}

/** `mcp status`. */
export interface StatusOutput {
  /** True when there is a service and every one shown has converged: an empty bus is no proof of health. */
  readonly converged: boolean;
  readonly services: readonly ServiceStatus[];
  /** Nodes that are not online. */
  readonly absent: readonly NodeLiveness[];
  /** The newest last. */
  readonly events: readonly McpEvent[];
}

export interface PsContainer extends LiveContainer {
  readonly node: NodeName;
  /** Tag or digest of the image. */
  readonly imageVersion: string;
  readonly uptimeMs?: number;
}

/** `mcp ps`. */
export interface PsOutput {
  readonly containers: readonly PsContainer[];
  readonly answered: readonly NodeName[];
  readonly silent: readonly NodeLiveness[];
  /** Nodes that answered, but with an error. */
  readonly failed: readonly NodeFailure[];
}

export interface NodeFailure {
  readonly node: NodeName;
  readonly code: string;
  readonly message: string;
}

/** `mcp events`: a stream of these. */
export type EventsOutput = McpEvent;

/** `mcp logs`: a stream of these. */
export interface LogsOutput extends LogLine {
  readonly node: NodeName;
  readonly service: ServiceName;
}

export interface ListedNode extends NodeLiveness {
  readonly presence?: Presence;
  readonly enrolled?: NodeEnrolment;
}

/** `mcp node list`. */
export interface NodeListOutput {
  readonly nodes: readonly ListedNode[];
}

/** `mcp service show`: the stored documents of a service, one a node. Values of `env` are `***` without `--reveal`. */
export interface ServiceShowOutput {
  readonly documents: readonly DesiredService[];
  /** Of each stored document; with hidden values of env it cannot be checked any longer. */
  readonly signatures: readonly DocumentSignature[];
}

export type CheckResult = "ok" | "warn" | "fail";

export interface DoctorCheck {
  /** What was looked at; a stable word. */
  readonly name: string;
  readonly result: CheckResult;
  readonly message: string;
  /** The command that fixes it, or what to do. */
  readonly remedy?: string;
}

/** `mcp doctor`. */
export interface DoctorOutput {
  readonly result: CheckResult;
  readonly checks: readonly DoctorCheck[];
}

/** `mcp bus provision`. */
export interface BusProvisionOutput {
  readonly streams: readonly {
    readonly name: string;
    /** `missing` only with `--dry-run`. */
    readonly result: "created" | "unchanged" | "differs" | "missing";
    readonly differences: readonly {
      /** JetStream's own name of the setting. */
      readonly setting: string;
      readonly want: unknown;
      readonly have: unknown;
    }[];
  }[];
  /** What the server lacks, and what cannot be seen from here. */
  readonly warnings: readonly string[];
}

/** `mcp dev`: one line when both answer. */
export interface DevOutput {
  /** Settings file, for MCP_CONFIG. */
  readonly config: string;
  readonly node: NodeName;
  readonly url: string;
  readonly servicesDir: string;
}

/** `mcp version`. */
export interface VersionOutput {
  readonly version: string;
}

/** `mcp completion`. */
export interface CompletionOutput {
  readonly shell: "bash" | "zsh" | "fish";
  readonly script: string;
}
