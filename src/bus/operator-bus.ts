/**
 * The port the CLI has to the bus: what an operator may do. Implemented by nats-operator-bus.ts.
 * Every call has a deadline and fails with an McpError: E_BUS_UNREACHABLE, E_BUS_UNPROVISIONED (no such bucket),
 * E_REFUSED (no right), E_BUS.
 */
import type { DesiredService } from "../schemas/desired.ts";
import type { EventKind, McpEvent, Severity } from "../schemas/event.ts";
import type { NodeName, ServiceName } from "../schemas/names.ts";
import type { ObservedService } from "../schemas/observed.ts";
import type { NodeRecord, Presence } from "../schemas/presence.ts";
import type { AgentReply, RequestBody } from "../schemas/request.ts";

/** A desired document with the bucket's revision, which the next write must name. */
export interface StoredDesired {
  readonly document: DesiredService;
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

export interface ServerFacts {
  readonly url: string;
  readonly version: string;
  readonly jetstream: boolean;
  readonly maxPayload: number;
  readonly rttMs: number;
}

export interface OperatorBus {
  facts(): Promise<ServerFacts>;
  /** One service on one node; undefined when nothing was ever written there. */
  readDesired(node: NodeName, service: ServiceName): Promise<StoredDesired | undefined>;
  /** Every desired document, tombstones included; with `service`, of that service on all nodes. */
  listDesired(filter?: { readonly service?: ServiceName; readonly node?: NodeName }): Promise<StoredDesired[]>;
  /** Documents of one service on one node, oldest first (the last 32). */
  historyOf(node: NodeName, service: ServiceName): Promise<StoredDesired[]>;
  /**
   * Compare-and-set: `revision` is what was read, 0 when there was nothing. On a time-out or "wrong last sequence" it
   * reads back and compares `writeId` first, so an own write that landed is a success. Then lists the service in the
   * node's index where it is not listed yet (also mends an index left behind by a writer that died).
   * @throws McpError E_CONFLICT with `details: StoredDesired` (what is there now).
   */
  writeDesired(document: DesiredService, revision: number): Promise<number>;
  readObserved(node: NodeName, service: ServiceName): Promise<Aged<ObservedService> | undefined>;
  listObserved(): Promise<Aged<ObservedService>[]>;
  /** Reports of one service on one node from now on, as they are put; first the stored one when there is one. */
  followObserved(node: NodeName, service: ServiceName, signal: AbortSignal): AsyncIterable<ObservedService>;
  readPresence(node: NodeName): Promise<Aged<Presence> | undefined>;
  listPresence(): Promise<Aged<Presence>[]>;
  listNodes(): Promise<NodeRecord[]>;
  publishEvent(event: McpEvent): Promise<void>;
  /** Replays stored events in order, then, with `follow`, goes on until `signal` aborts; survives reconnects. */
  events(query: EventQuery, signal: AbortSignal): AsyncIterable<McpEvent>;
  /**
   * Sends one request to `nodes` (or to every node when absent) and yields the answers as they come. With `nodes` it
   * ends when each has sent its last answer; without, or with a silent node, when no answer came for `idleMs`. A
   * request with a lease is renewed while being read and cancelled when `signal` aborts or the reader stops; an
   * answered renewal counts as an answer, and one answered with an error is that node's last.
   */
  ask(
    body: RequestBody,
    options: { readonly nodes?: readonly NodeName[]; readonly idleMs: number; readonly signal: AbortSignal },
  ): AsyncIterable<AgentReply>;
  close(): Promise<void>;
}
