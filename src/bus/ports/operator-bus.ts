/**
 * The port the CLI has to the bus: what an operator may do. Implemented by nats-operator-bus.ts.
 * Every call has a deadline and fails with an McpError: E_BUS_UNREACHABLE, E_BUS_UNPROVISIONED (no such bucket),
 * E_REFUSED (no right), E_BUS.
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

/** A desired document with the bucket's revision, which the next write must name. */
export interface StoredDesired {
  readonly document: DesiredService;
  readonly revision: number;
}

/** The services that a node's index lists, with its revision. */
export interface NodeServices {
  readonly services: readonly ServiceName[];
  readonly revision: number;
}

/** The whole desired bucket as it was at one moment. */
export interface DesiredBucket {
  /** Tombstones included. */
  readonly documents: readonly StoredDesired[];
  /** Absent for a node whose index was never written. */
  readonly indexes: ReadonlyMap<NodeName, NodeServices>;
}

export interface DesiredBatch {
  /** Each with the revision to write upon, 0 where there was nothing; no key twice. */
  readonly writes: readonly StoredDesired[];
  /** The bucket as it was read for these writes: tells what the indexes list. */
  readonly bucket: DesiredBucket;
  /** What was not sent when it aborts is E_INTERRUPTED. */
  readonly signal: AbortSignal;
  /** Called after each write. */
  onSettled?(): void;
  /** An index that could not be brought up to date; its documents stand. */
  onIndexProblem(error: McpError): void;
}

export type WriteOutcome = { readonly revision: number } | { readonly error: McpError };

/** What operators recorded of a node; absent when nothing is, or was removed. */
export interface StoredNode {
  readonly record?: NodeRecord;
  /** The revision that the next write must name. */
  readonly revision: number;
}

/** The revocation list; absent before the first. Whoever uses it checks who signed it. */
export interface StoredRevocations {
  readonly list?: RevocationList;
  /** The revision that the next write must name. */
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
  /** Only the last this many of what matches. */
  readonly last?: number;
  readonly follow: boolean;
}

export interface NewEventConsumer {
  readonly name: string;
  /** Subjects of events, with wildcards; at least one. */
  readonly filters: readonly string[];
  /** True: nothing that is stored already. Means nothing for a consumer that is there. */
  readonly fromNow?: boolean;
}

/** A place in the event stream that the server remembers for a program outside. */
export interface EventConsumer {
  readonly name: string;
  readonly filters: readonly string[];
  /** Events it has not been given yet. */
  readonly waiting: number;
  /** Events it was given and has not acknowledged. */
  readonly unacknowledged: number;
  /** When it last acknowledged something, ISO 8601; absent when it never did. */
  readonly lastActiveAt?: string;
}

export interface ServerFacts {
  readonly url: string;
  readonly version: string;
  readonly jetstream: boolean;
  readonly maxPayload: number;
  readonly rttMs: number;
  /** The server's clock when it answered, Unix milliseconds; absent where there is no stream yet to ask it of. */
  readonly serverTimeMs?: number;
}

export interface OperatorFiles extends FileBucket {
  /** Makes the node's bucket where it is missing. @throws McpError E_REFUSED without the right to, E_BUS */
  ensure(): Promise<void>;
  /** Removes the bucket with all it holds; one that is not there is removed already. @throws McpError as `ensure` */
  drop(): Promise<void>;
  /** Resolves when the bus is connected (again), or `signal` aborts. */
  connected(signal: AbortSignal): Promise<void>;
}

export interface ConnectionWatch {
  /** The bus is gone; it is looked for until it is back. */
  onLost(): void;
  /** It is there again after that. */
  onBack(): void;
  readonly signal: AbortSignal;
}

export interface OperatorBus {
  /** Who writes and asks here: by the credentials' JWT where it has a role, and signed then; else as was given. */
  readonly author: string;
  /** True for a viewer, who has neither desired state nor anything that changes something: those calls are E_REFUSED. */
  readonly reportsOnly?: true;
  /** Rights in the operator's credentials; absent if they name none. Anything beyond them is E_REFUSED and not sent. */
  readonly rights?: OperatorRights;
  /** Tells when the connection is lost and made again; absent where there is none to lose. */
  watchConnection?(watch: ConnectionWatch): void;
  facts(): Promise<ServerFacts>;
  /** One service on one node; undefined when nothing was ever written there. */
  readDesired(node: NodeName, service: ServiceName): Promise<StoredDesired | undefined>;
  /** Every desired document, tombstones included; with `service`, of that service on all nodes. */
  listDesired(filter?: { readonly service?: ServiceName; readonly node?: NodeName }): Promise<StoredDesired[]>;
  /** Documents of one service on one node, oldest first (the last 32). */
  historyOf(node: NodeName, service: ServiceName): Promise<StoredDesired[]>;
  /**
   * Signs what is this operator's own and has no proof; then compare-and-set: `revision` is what was read, 0 when there
   * was nothing. On a time-out or "wrong last sequence" it
   * reads back and compares `writeId` first, so an own write that landed is a success. Then lists the service in the
   * node's index where it is not listed yet (also repairs an index that a crashed writer left behind).
   * @throws McpError E_CONFLICT with `details: StoredDesired` (what is there now).
   */
  writeDesired(document: DesiredService, revision: number): Promise<number>;
  /** Every document and every index, by one reading. */
  readDesiredBucket(): Promise<DesiredBucket>;
  /**
   * writeDesired for many documents at once, pipelined; one that fails hinders no other. Indexes are written once a
   * node, after its documents, and repaired where they lack a service that the bucket holds.
   * @returns an outcome for each write, in their order
   */
  writeManyDesired(batch: DesiredBatch): Promise<WriteOutcome[]>;
  readObserved(node: NodeName, service: ServiceName): Promise<Aged<ObservedService> | undefined>;
  listObserved(): Promise<Aged<ObservedService>[]>;
  /** Reports of one service on one node from now on, as they are put; first the stored one when there is one. */
  followObserved(node: NodeName, service: ServiceName, signal: AbortSignal): AsyncIterable<ObservedService>;
  readPresence(node: NodeName): Promise<Aged<Presence> | undefined>;
  listPresence(): Promise<Aged<Presence>[]>;
  listNodes(): Promise<NodeRecord[]>;
  readNode(node: NodeName): Promise<StoredNode>;
  /** Compare-and-set: `revision` is what was read. @throws McpError E_CONFLICT when somebody else was quicker */
  writeNode(record: NodeRecord, revision: number): Promise<void>;
  /** Forgets the record and the last presence of a node. @throws McpError E_CONFLICT as writeNode */
  removeNode(node: NodeName): Promise<void>;
  /** The list of operators who were removed. */
  readRevocations(): Promise<StoredRevocations>;
  /** Compare-and-set: `revision` is what was read. @throws McpError E_CONFLICT when somebody else was quicker */
  writeRevocations(list: RevocationList, revision: number): Promise<void>;
  publishEvent(event: McpEvent): Promise<void>;
  /** Replays stored events in order, then, with `follow`, continues until `signal` aborts; survives reconnects. */
  events(query: EventQuery, signal: AbortSignal): AsyncIterable<McpEvent>;
  listEventConsumers(): Promise<EventConsumer[]>;
  /** Makes a durable consumer of events, or gives the one of that name these filters. */
  putEventConsumer(consumer: NewEventConsumer): Promise<void>;
  removeEventConsumer(name: string): Promise<void>;
  /**
   * Sends one request and yields the answers as they come. A request with a lease is renewed while being read and
   * canceled when `signal` aborts or the reader stops; an answered renewal counts as an answer, and one answered with
   * an error is that node's last.
   */
  ask(body: RequestBody, options: AskOptions): AsyncIterable<AgentReply>;
  /** Files on their way to a node or from it. */
  files(node: NodeName): OperatorFiles;
  close(): Promise<void>;
}
