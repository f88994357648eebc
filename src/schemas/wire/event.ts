/**
 * Events: facts in the past tense that a node (or an operator's command, under node `_`) puts on the event stream.
 * The kinds are one closed list; consumers filter on them by subject.
 */
import type { ComponentName, ServiceName } from "../../values/names.ts";

export type Severity = "info" | "warning" | "error";

/** Every kind with the severity it is published under. */
export const EVENT_KINDS = {
  "agent-started": "info",
  "agent-stopped": "info",
  "desired-accepted": "info",
  "desired-refused": "error",
  "desired-regressed": "error",
  "deploy-succeeded": "info",
  "deploy-failed": "error",
  "service-stopped": "info",
  "service-started": "info",
  "service-restarted": "info",
  "service-removed": "info",
  "drift-opened": "warning",
  "drift-closed": "info",
  "drift-fight": "error",
  flapping: "warning",
  "sweep-found": "warning",
  "runtime-hung": "error",
  "runtime-unreachable": "error",
  "runtime-recovered": "info",
  "runtime-empty": "error",
  "store-rebuilt": "error",
  "events-dropped": "error",
  "file-pushed": "info",
  "file-pulled": "info",
  "orphan-removed": "info",
  "image-removed": "info",
  "revocations-accepted": "info",
  "revocations-refused": "error",
  "operator-wrote": "info",
  "node-enrolled": "info",
  "node-removed": "info",
  "operator-added": "info",
  "operator-removed": "info",
} as const satisfies Record<string, Severity>;

export type EventKind = keyof typeof EVENT_KINDS;

export interface McpEvent {
  readonly version: 1;
  /** Random and not guessable; also the message id, so that a retry is stored once. */
  readonly id: string;
  /** Node that reports it; `_` for an operator's own act. */
  readonly node: string;
  /** Rises by one with each event of a node, in the order in which the node stored them. 0 for events of operators. */
  readonly sequence: number;
  readonly kind: EventKind;
  readonly severity: Severity;
  readonly service?: ServiceName;
  readonly component?: ComponentName;
  readonly at: string;
  /** One line for people. */
  readonly message: string;
  readonly generation?: number;
  readonly author?: string;
  /** Facts for programs; differs by kind, documented in docs/events.md. */
  readonly data?: { readonly [key: string]: unknown };
}
