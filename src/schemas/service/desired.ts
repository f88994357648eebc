/**
 * Documents of the desired bucket. The value under `<node>.<service>` is a DesiredService. A service is removed by an
 * explicit tombstone, never by a missing key. Documents are ordered by `generation`, never by the bucket's sequence.
 */
import type { ComponentName, NodeName, ServiceName } from "../../values/names.ts";
import type { Proof } from "./proof.ts";
import type { ServiceSpec } from "./spec.ts";

/** Versions of desired documents that this program reads. An agent refuses any other, and keeps what runs. */
export type DocumentVersion = 1 | 2;

/** One state of one service: its generation and the hash of its document (spec-hash.ts). */
export interface StateRef {
  /** Generation of the document. */
  readonly generation: number;
  /** Hash of the document. */
  readonly hash: string;
}

/**
 * A running container that something else created and that the service has adopted by its id, because podman cannot
 * label a running container. It is listed until the node reports another container for the component. An id that no
 * longer exists has no effect.
 */
export interface AdoptedContainer {
  /** Full container id. */
  readonly containerId: string;
  /** Hash of the spec that was read from the container (spec-hash.ts). */
  readonly spec: string;
  /** Generation that adopted the container. */
  readonly generation: number;
}

interface DesiredHeader {
  /** Version of this format: 2 where the spec uses a key that agents of 0.2 do not know (document-version.ts). */
  readonly version: DocumentVersion;
  /** Node that the document is for. */
  readonly node: NodeName;
  /** Service that the document is for. */
  readonly service: ServiceName;
  /** Number of the change; an integer from 1, raised by every change. */
  readonly generation: number;
  /** State that this one replaces; null for the first. */
  readonly base: StateRef | null;
  /**
   * States below `base` that this document replaces too, newest first, down to the one that the node last reported. So a
   * node that has missed some of them knows that what it accepted is among them. Empty when `base` is that state; absent
   * in documents of 0.1 (lineage.ts).
   */
  readonly ancestry?: readonly StateRef[];
  /** Set by `--force`: the accepted state that the author overrides on purpose. */
  readonly force?: StateRef;
  /** Random id of this write. After a timeout it shows whether the write succeeded. */
  readonly writeId: string;
  /** Author of the change: `user@workstation`. */
  readonly author: string;
  /** Time of the change (ISO 8601); for people, never for ordering. */
  readonly at: string;
  /** Command that wrote the document: `deploy`, `stop` … */
  readonly command: string;
  /** Message of the author (`--message`). */
  readonly message?: string;
  /** Containers that the service has adopted by their ids, by component. */
  readonly adopted?: Readonly<Record<ComponentName, AdoptedContainer>>;
  /** Incarnation of the node (NodeRecord). A node rejects documents that were signed for an earlier incarnation. */
  readonly incarnation?: string;
  /** Signature; absent where nodes require none (local trials). Not part of the document's hash. */
  readonly proof?: Proof;
}

/** Who stopped a service on one node only, and when. */
export interface StoppedHere {
  /** Author of the stop: `user@workstation`. */
  readonly by: string;
  /** Time of the stop (ISO 8601). */
  readonly at: string;
}

/** The desired state of a service that exists on the node. */
export interface DesiredPresent extends DesiredHeader {
  /** The service as the agent applies it. */
  readonly spec: ServiceSpec;
  /** Set while the service is stopped on this node only; `spec.active` is then false, regardless of the definition. */
  readonly stoppedHere?: StoppedHere;
}

/** Removes a service from the node: its containers are stopped and removed, its data stays. */
export interface Tombstone extends DesiredHeader {
  /** Marks the document as a tombstone. */
  readonly absent: true;
  /** The service that is removed: gives the stop order, and what a later rollback can restore. */
  readonly retired?: ServiceSpec;
}

export type DesiredService = DesiredPresent | Tombstone;

export function isTombstone(desired: DesiredService): desired is Tombstone {
  return "absent" in desired;
}

/** The spec that is stored; undefined for a tombstone, and where nothing is stored. */
export function specOf(stored: { readonly document: DesiredService } | undefined): ServiceSpec | undefined {
  return stored === undefined || isTombstone(stored.document) ? undefined : stored.document.spec;
}

/** Set while the service is stopped on this node only; undefined otherwise. */
export function stoppedHereOf(desired: DesiredService | undefined): StoppedHere | undefined {
  return desired === undefined || isTombstone(desired) ? undefined : desired.stoppedHere;
}

/** The value under `<node>._index`: the services that have a key. A service is never removed because it is missing here. */
export interface NodeIndex {
  /** Version of this format. */
  readonly version: 1;
  /** Node that the index is for. */
  readonly node: NodeName;
  /** Services that have a key. */
  readonly services: readonly ServiceName[];
}

/** Largest allowed increase of a generation; more is a mistake or an attack. */
export const MAX_GENERATION_STEP = 1_000_000;
/** Above every real generation, and far below the numbers that cannot be raised by one. */
export const MAX_GENERATION = 1_000_000_000_000;
