/**
 * Documents of the desired bucket. The value under `<node>.<service>` is a DesiredService; a service is retired by an
 * explicit tombstone, never by a missing key. Order is by `generation`, never by the bucket's own sequence.
 */
import type { ComponentName, NodeName, ServiceName } from "../../values/names.ts";
import type { Proof } from "./proof.ts";
import type { ServiceSpec } from "./spec.ts";

/** One state of one service: its generation and the hash of its document (spec-hash.ts). */
export interface StateRef {
  readonly generation: number;
  readonly hash: string;
}

/**
 * A running container that somebody else made and that is ours by its id, since podman cannot label a running one. It
 * is named until its node reports another container for the component; an id that is not there any more means nothing.
 */
export interface AdoptedContainer {
  /** The whole id. */
  readonly containerId: string;
  /** Hash of the spec that was read from it (spec-hash.ts). */
  readonly spec: string;
  /** The generation that adopted it. */
  readonly generation: number;
}

interface DesiredHeader {
  readonly version: 1;
  readonly node: NodeName;
  readonly service: ServiceName;
  /** Raised by every change; an integer from 1. */
  readonly generation: number;
  /** The state this one was written upon; null for the first. */
  readonly base: StateRef | null;
  /** Set by `--force`: the accepted state that the author knowingly overrides. */
  readonly force?: StateRef;
  /** Random; tells after a time-out whether one's own write landed. */
  readonly writeId: string;
  /** Who wrote it: `user@workstation`. */
  readonly author: string;
  /** ISO 8601; for people, never for ordering. */
  readonly at: string;
  /** The command that wrote it: `deploy`, `stop` … */
  readonly command: string;
  readonly message?: string;
  /** Containers that are this service's by their id. */
  readonly adopted?: Readonly<Record<ComponentName, AdoptedContainer>>;
  /** The node's incarnation (NodeRecord): what was signed for an earlier one of the same name is not for this one. */
  readonly incarnation?: string;
  /** Absent where nodes ask for none (local trials). Not part of the document's hash. */
  readonly proof?: Proof;
}

/** Who stopped a service on this node alone, and when (ISO 8601). */
export interface StoppedHere {
  readonly by: string;
  readonly at: string;
}

export interface DesiredPresent extends DesiredHeader {
  readonly spec: ServiceSpec;
  /** Set while the service is stopped on this node alone: `spec.active` is false then, whatever definitions say. */
  readonly stoppedHere?: StoppedHere;
}

/** Says that the service shall be gone: its containers are stopped and removed, its data is not. */
export interface Tombstone extends DesiredHeader {
  readonly absent: true;
  /** What it retires: gives the order in which to stop, and what a later rollback can bring back. */
  readonly retired?: ServiceSpec;
}

export type DesiredService = DesiredPresent | Tombstone;

export function isTombstone(desired: DesiredService): desired is Tombstone {
  return "absent" in desired;
}

/** The value under `<node>._index`: the services that have a key. A service missing here is never removed for it. */
export interface NodeIndex {
  readonly version: 1;
  readonly node: NodeName;
  readonly services: readonly ServiceName[];
}

/** The largest step a generation may take; more is a mistake or an attack. */
export const MAX_GENERATION_STEP = 1_000_000;
