/**
 * One-shot requests to agents and their answers. A request names no reply subject: answers go to the literal reply
 * subject of subjects.ts, any number of them, the last one marked, so that they cross account boundaries.
 */
import type { StateRef } from "./desired.ts";
import type { ComponentName, NodeName, ServiceName } from "./names.ts";
import type { ContainerState, HealthState } from "./observed.ts";
import type { Presence } from "./presence.ts";

export interface LogsQuery {
  readonly verb: "logs";
  readonly service: ServiceName;
  readonly component?: ComponentName;
  readonly follow: boolean;
  /** Last lines of each component; absent means all. */
  readonly tail?: number;
  /** Unix milliseconds. */
  readonly sinceMs?: number;
}

export type RequestBody =
  | { readonly verb: "ping" }
  | { readonly verb: "ps" }
  | { readonly verb: "floor"; readonly service: ServiceName }
  | { readonly verb: "restart"; readonly service: ServiceName; readonly component?: ComponentName }
  | LogsQuery
  /** Keeps a following request alive; without it the agent stops after REQUEST_LEASE_MS. */
  | { readonly verb: "renew"; readonly request: string }
  | { readonly verb: "cancel"; readonly request: string };

export type RequestVerb = RequestBody["verb"];

/** A stream of answers ends when its reader has not renewed it for this long. */
export const REQUEST_LEASE_MS = 15_000;

export interface AgentRequest {
  readonly version: 1;
  readonly id: string;
  /** Absent in a request to every node. */
  readonly node?: NodeName;
  readonly author: string;
  readonly at: string;
  readonly body: RequestBody;
}

export interface LiveContainer {
  readonly id: string;
  readonly name: string;
  /** Absent for containers that are not ours. */
  readonly service?: ServiceName;
  readonly component?: ComponentName;
  readonly image: string;
  readonly state: ContainerState;
  readonly startedAt?: string;
  readonly exitCode?: number;
  readonly health?: HealthState;
}

export interface LogLine {
  readonly component: ComponentName;
  readonly stream: "stdout" | "stderr";
  /** RFC 3339 with the runtime's precision; absent when the runtime gave none. */
  readonly at?: string;
  readonly line: string;
}

export type ReplyBody =
  | { readonly verb: "ping"; readonly presence: Presence }
  | { readonly verb: "ps"; readonly containers: readonly LiveContainer[] }
  | { readonly verb: "floor"; readonly accepted: StateRef | null }
  | { readonly verb: "restart"; readonly component: ComponentName; readonly containerId: string }
  | { readonly verb: "logs"; readonly lines: readonly LogLine[] }
  | { readonly verb: "done" };

export interface ReplyError {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

export interface AgentReply {
  readonly version: 1;
  readonly id: string;
  readonly node: NodeName;
  /** From 0, without gaps. */
  readonly sequence: number;
  readonly last: boolean;
  readonly body?: ReplyBody;
  readonly error?: ReplyError;
}
