/**
 * The CLI's port to the bus: what an operator may do. Implemented by nats-operator-bus.ts. Every call has a deadline and may
 * fail with an McpError: E_BUS_UNREACHABLE, E_BUS_UNPROVISIONED (no such bucket), E_REFUSED (no permission), E_BUS.
 */
import type { DesiredService } from "../../schemas/service/desired.ts";
import type { ObservedService } from "../../schemas/service/observed.ts";
import type { RevocationList } from "../../schemas/service/proof.ts";
import type { EventKind, McpEvent, Severity } from "../../schemas/wire/event.ts";
import type { NodeRecord, Presence } from "../../schemas/wire/presence.ts";
import type { AgentReply, RequestBody } from "../../schemas/wire/request.ts";
import type { OperatorRights } from "../../trust/scope-error.ts";
import type { McpError } from "../../values/error.ts";
import type { NodeName, ServiceName } from "../../values/names.ts";
import type { AskOptions } from "./ask-options.ts";
import type { FileBucket } from "./file-transfers.ts";

/** A desired document with its revision, which the next write must expect. */
export interface StoredDesired {
  readonly document: DesiredService;
  readonly revision: number;
  /** What is stored over it and counts for nothing; the document is then an older one, the revision that of the key. */
  readonly junk?: JunkDesired;
}

/** What is stored under a key and counts for nothing: unreadable, unsigned, out of its signer's scope … */
export interface JunkDesired {
  readonly node: NodeName;
  readonly service: ServiceName;
  /** The revision of the key, which a write over it must name. */
  readonly revision: number;
  readonly reason: string;
  /** As the document says; absent when it cannot be read. Proven only if `reason` names the signer. */
  readonly author?: string;
  /** Operators sign here, and this workstation has no keys to judge what may be written over it. */
  readonly needsKeys?: true;
}

/** The services that a node's index lists, with its revision. */
export interface NodeServices {
  readonly services: readonly ServiceName[];
  readonly revision: number;
}

/** The whole desired bucket at one moment. */
export interface DesiredBucket {
  /** Including tombstones. */
  readonly documents: readonly StoredDesired[];
  /** Absent for a node whose index was never written. */
  readonly indexes: ReadonlyMap<NodeName, NodeServices>;
  /** Keys whose newest value counts for nothing. Absent: none. */
  readonly junk?: readonly JunkDesired[];
}

export interface DesiredBatch {
  /** Each with the expected revision (0: never written). No key twice. */
  readonly writes: readonly StoredDesired[];
  /** The bucket as it was read for these writes, with the indexes. */
  readonly bucket: DesiredBucket;
  /** Writes that are not sent before it aborts fail with E_INTERRUPTED. */
  readonly signal: AbortSignal;
  /** Called after each write. */
  onSettled?(): void;
  /** Called if an index cannot be updated; the documents are stored. */
  onIndexProblem(error: McpError): void;
}

export type WriteOutcome = { readonly revision: number } | { readonly error: McpError };

/** The record of a node; `record` is absent if there is none. */
export interface StoredNode {
  readonly record?: NodeRecord;
  /** The revision that the next write must expect. */
  readonly revision: number;
}

/** The revocation list; `list` is absent if there is none. The caller checks its signature. */
export interface StoredRevocations {
  readonly list?: RevocationList;
  /** The revision that the next write must expect. */
  readonly revision: number;
}

/** A value and its age by the server's clock. */
export interface Aged<T> {
  readonly value: T;
  readonly ageMs: number;
}

export interface EventQuery {
  readonly node?: NodeName;
  readonly service?: ServiceName;
  readonly kind?: EventKind;
  readonly severity?: Severity;
  /** Only events stored since this time, Unix milliseconds. */
  readonly sinceMs?: number;
  /** Only the last N matching events. */
  readonly last?: number;
  readonly follow: boolean;
}

export interface NewEventConsumer {
  readonly name: string;
  /** Subjects of events, with wildcards; at least one. */
  readonly filters: readonly string[];
  /** True: skip events that are stored already. Ignored for an existing consumer. */
  readonly fromNow?: boolean;
}

/** A durable position in the event stream, for an external program. */
export interface EventConsumer {
  readonly name: string;
  readonly filters: readonly string[];
  /** Events that were not delivered yet. */
  readonly waiting: number;
  /** Events that were delivered and not acknowledged. */
  readonly unacknowledged: number;
  /** Time of the last acknowledgement, ISO 8601; absent without one. */
  readonly lastActiveAt?: string;
}

export interface ServerFacts {
  readonly url: string;
  readonly version: string;
  readonly jetstream: boolean;
  readonly maxPayload: number;
  readonly rttMs: number;
  /** The server's clock when it answered, Unix milliseconds; absent if there is no stream yet. */
  readonly serverTimeMs?: number;
}

export interface OperatorFiles extends FileBucket {
  /** Creates the node's bucket if it is missing. @throws McpError E_REFUSED without permission, E_BUS */
  ensure(): Promise<void>;
  /** Removes the bucket with its content, if it exists. @throws McpError as `ensure` */
  drop(): Promise<void>;
  /** Resolves when the bus is connected (again), or `signal` aborts. */
  connected(signal: AbortSignal): Promise<void>;
}

export interface ConnectionWatch {
  /** The connection is lost; it reconnects by itself. */
  onLost(): void;
  /** Connected again. */
  onBack(): void;
  readonly signal: AbortSignal;
}

export interface OperatorBus {
  /** The author of writes and requests. If the credentials have a role, the name is from their JWT and everything is signed. */
  readonly author: string;
  /** True for a viewer: calls that read desired state or change something fail with E_REFUSED. */
  readonly reportsOnly?: true;
  /** Rights in the operator's credentials; absent if they name none. Calls beyond them fail with E_REFUSED; nothing is sent. */
  readonly rights?: OperatorRights;
  /** Reports lost and restored connections; absent without a connection. */
  watchConnection?(watch: ConnectionWatch): void;
  facts(): Promise<ServerFacts>;
  /** One service on one node; undefined if nothing was ever written. */
  readDesired(node: NodeName, service: ServiceName): Promise<StoredDesired | undefined>;
  /** The newest document of every key that counts, including tombstones, optionally of one service or node. */
  listDesired(filter?: { readonly service?: ServiceName; readonly node?: NodeName }): Promise<StoredDesired[]>;
  /** The same of the whole bucket, with what counts for nothing. */
  listAllDesired(): Promise<Required<Pick<DesiredBucket, "documents" | "junk">>>;
  /** What is stored there, if it counts for nothing. `stored.junk` of a listing says the same where an older document counts. */
  readJunk(node: NodeName, service: ServiceName): Promise<JunkDesired | undefined>;
  /** Documents of one service on one node that count, oldest first (of the last 32). */
  historyOf(node: NodeName, service: ServiceName): Promise<StoredDesired[]>;
  /**
   * Signs the document if it is this operator's own and has no proof, and writes it if the key is at `revision` (0: never
   * written). After a timeout or a conflict it searches the history for `writeId` first, so a write that was stored
   * succeeds. Then it adds the service to the node's index if it is missing there.
   * @throws McpError E_CONFLICT with `details: StoredDesired`, the current document
   */
  writeDesired(document: DesiredService, revision: number): Promise<number>;
  /** All documents and indexes, in one read. */
  readDesiredBucket(): Promise<DesiredBucket>;
  /**
   * As writeDesired for many documents, pipelined. One failed write does not affect others. The index of each node is
   * written once, after its documents, and services that it lacked before are added.
   * @returns one outcome for each write, in the same order
   */
  writeManyDesired(batch: DesiredBatch): Promise<WriteOutcome[]>;
  readObserved(node: NodeName, service: ServiceName): Promise<Aged<ObservedService> | undefined>;
  listObserved(): Promise<Aged<ObservedService>[]>;
  /** The stored report of one service on one node, if there is one, then each new report. */
  followObserved(node: NodeName, service: ServiceName, signal: AbortSignal): AsyncIterable<ObservedService>;
  readPresence(node: NodeName): Promise<Aged<Presence> | undefined>;
  listPresence(): Promise<Aged<Presence>[]>;
  listNodes(): Promise<NodeRecord[]>;
  readNode(node: NodeName): Promise<StoredNode>;
  /** Compare-and-set: `revision` is the expected one. @throws McpError E_CONFLICT if somebody else wrote first */
  writeNode(record: NodeRecord, revision: number): Promise<void>;
  /** Deletes the record and the last presence of a node. @throws McpError E_CONFLICT as writeNode */
  removeNode(node: NodeName): Promise<void>;
  /** The revocation list. */
  readRevocations(): Promise<StoredRevocations>;
  /** Compare-and-set: `revision` is the expected one. @throws McpError E_CONFLICT if somebody else wrote first */
  writeRevocations(list: RevocationList, revision: number): Promise<void>;
  publishEvent(event: McpEvent): Promise<void>;
  /** Replays stored events in order, then, with `follow`, continues until `signal` aborts; survives reconnects. */
  events(query: EventQuery, signal: AbortSignal): AsyncIterable<McpEvent>;
  listEventConsumers(): Promise<EventConsumer[]>;
  /** Creates a durable consumer of events, or changes the filters of an existing one. */
  putEventConsumer(consumer: NewEventConsumer): Promise<void>;
  removeEventConsumer(name: string): Promise<void>;
  /**
   * Sends one request and yields the answers as they arrive. A request with a lease is renewed while the caller reads, and
   * canceled when `signal` aborts or the caller stops. The answer to a renewal shows that the node is alive; an error in
   * it is the node's last answer.
   */
  ask(body: RequestBody, options: AskOptions): AsyncIterable<AgentReply>;
  /** File transfers to and from a node. */
  files(node: NodeName): OperatorFiles;
  close(): Promise<void>;
}
