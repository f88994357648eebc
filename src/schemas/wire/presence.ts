/** A node's presence, which it writes every few seconds (presence bucket), and its record by operators (nodes bucket). */
import type { NodeName } from "../../values/names.ts";

/** An agent rewrites its presence this often, and on change. */
export const PRESENCE_INTERVAL_MS = 15_000;
/** A node whose presence is older, by the bus's clock, is offline: it missed three. */
export const OFFLINE_AFTER_MS = 3 * PRESENCE_INTERVAL_MS;

export type RuntimeHealth = "ok" | "hung" | "unreachable";

/** Why an agent cannot write its store, usually because the disk is full. Its containers keep running. */
export interface StoreProblem {
  /** ISO 8601, by the node's clock: the first write that failed. */
  readonly since: string;
  /** Names the path. */
  readonly message: string;
  readonly hint: string;
  /** Free bytes on the disk of the store; absent where it cannot be asked. */
  readonly freeBytes?: number;
}

export interface Presence {
  readonly version: 1;
  readonly node: NodeName;
  /** Random at each start of the agent. */
  readonly boot: string;
  readonly at: string;
  readonly startedAt: string;
  /** True in the last message of an agent that was stopped properly. */
  readonly leaving?: true;
  readonly agentVersion: string;
  /** The highest version of desired documents that the agent reads; absent in 0.2 and before, which read 1. */
  readonly documents?: number;
  readonly runtime: {
    readonly name: "podman";
    readonly health: RuntimeHealth;
    /** True until the runtime answered or failed for the first time; `health` is "unreachable" then, for readers up to 0.1. */
    readonly starting?: true;
    readonly version?: string;
  };
  readonly host: {
    readonly os: string;
    readonly arch: string;
    readonly kernel: string;
    readonly cpus: number;
    readonly load1: number;
    readonly memoryBytes: number;
    readonly memoryFreeBytes: number;
    readonly diskBytes?: number;
    readonly diskFreeBytes?: number;
    readonly uptimeSeconds: number;
  };
  readonly services: number;
  readonly containers: number;
  /** Unmanaged containers: foreign ones, and ours of services that the node never accepted. Absent: not counted yet. */
  readonly undeclared?: number;
  /** Events not yet delivered. */
  readonly outbox: number;
  /** Present while the agent cannot write its store: it accepts no new desired state during that time. */
  readonly storeProblem?: StoreProblem;
}

export interface NodeRecord {
  readonly version: 1;
  readonly node: NodeName;
  readonly labels: Readonly<Record<string, string>>;
  readonly enrolledBy: string;
  readonly at: string;
  /** Random, new at each enrollment of the node; absent for a node without an account of its own. */
  readonly incarnation?: string;
  /** Public key of the node's account. */
  readonly account?: string;
}
