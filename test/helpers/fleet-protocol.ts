/** Messages between a simulated fleet and its processes. */
import type { TrustSettings } from "../../src/agent/state/settings.ts";

export interface FleetMember {
  readonly node: string;
  /** Path of its credentials; absent where the bus asks for none. */
  readonly creds?: string;
}

/** How every agent of the fleet is made. */
export interface FleetPlan {
  readonly servers: readonly string[];
  /** Images that every node's registry has. */
  readonly images: readonly string[];
  /** How long each call to a pretended podman takes; 0 answers at once. */
  readonly latencyMs: number;
  /** Whom the agents obey; absent: whoever may write to the bus. */
  readonly trust?: TrustSettings;
}

/** What there is on one pretended machine. */
export interface MachineFacts {
  readonly node: string;
  /** Images that were pulled, in that order. */
  readonly images: readonly string[];
  /** Names of the containers that run, sorted. */
  readonly running: readonly string[];
  /** How many containers there are, whatever their state. */
  readonly containers: number;
}

export interface BareAnswer {
  readonly servers: readonly string[];
  readonly creds?: string;
  readonly subject: string;
  readonly bytes: number;
}

export interface BareFollow {
  readonly servers: readonly string[];
  readonly members: readonly FleetMember[];
}

export type FleetOrder =
  | { readonly do: "start"; readonly members: readonly FleetMember[]; readonly plan: FleetPlan }
  /** As SIGTERM does; store and machine stay for the next start. */
  | { readonly do: "stop"; readonly nodes: readonly string[] }
  | { readonly do: "look"; readonly nodes: readonly string[] }
  /** So many bare clients of their own connections, each of which answers everything on `subject` with so many bytes. */
  | { readonly do: "answer"; readonly count: number; readonly answer: BareAnswer }
  /** A bare client for each node, which reads each document it is woken for; what was read counts as accepted. */
  | { readonly do: "follow"; readonly follow: BareFollow }
  /** Carried out when these agents have delivered every event. */
  | { readonly do: "drain"; readonly nodes: readonly string[] };

export type ToHost = FleetOrder & { readonly id: number };

export type FromHost =
  /** An order is carried out. */
  | { readonly id: number; readonly facts?: readonly MachineFacts[]; readonly failure?: string }
  /** So many documents were accepted by the agents (or read by the bare followers) of this process, since it began. */
  | { readonly accepted: number };
