/**
 * The bus in memory, for any number of nodes: the agents' side is NodeBus, the other side is what operators, and a bus
 * that misbehaves, do. Documents lie in it as text and pass the codecs, as on the real one.
 */
import type { NodeBus, Replier, RequestHandler } from "../../src/bus/ports/node-bus.ts";
import type { DesiredService, NodeIndex } from "../../src/schemas/service/desired.ts";
import type { ObservedService } from "../../src/schemas/service/observed.ts";
import type { RevocationList } from "../../src/schemas/service/proof.ts";
import {
  desiredCodec,
  eventCodec,
  indexCodec,
  observedCodec,
  presenceCodec,
  revocationsCodec,
} from "../../src/schemas/wire/codec.ts";
import type { McpEvent } from "../../src/schemas/wire/event.ts";
import type { Presence } from "../../src/schemas/wire/presence.ts";
import type { AgentReply, AgentRequest, RequestBody } from "../../src/schemas/wire/request.ts";
import { McpError } from "../../src/values/error.ts";
import type { NodeName, ServiceName } from "../../src/values/names.ts";
import { KIND, type Turn } from "./conduct.ts";
import type { Sleep } from "./fake-service.ts";
import { NEVER } from "./never.ts";

/** What a node does on the bus. */
export type NodeVerb = "readIndex" | "readDesired" | "readRevocations" | "putObserved" | "putPresence" | "publishEvent";

/** How far the bus is away from its nodes; by default nothing takes time or goes wrong. */
export interface BusDistance {
  readonly sleep: Sleep;
  /** How a call goes; an answer that is on its way when the connection breaks is lost. */
  conduct(node: NodeName, verb: NodeVerb): Turn;
  /** Milliseconds that a wake-up takes: those of two services may overtake each other. */
  wakeMs(node: NodeName, service: ServiceName): number;
}

interface Connection {
  readonly onConnect: Set<() => void>;
  readonly onDisconnect: Set<() => void>;
  readonly onWake: Set<(service: ServiceName) => void>;
  readonly onTrust: Set<() => void>;
  handler: RequestHandler | undefined;
  isUp: boolean;
}

export class MemoryBus {
  /** Desired documents as text, by node and service; `_index` by node. */
  readonly desired = new Map<string, string>();
  /** Every report, oldest first. */
  readonly reports: ObservedService[] = [];
  readonly presence: Presence[] = [];
  /** The event stream: duplicates by id are dropped, as the real one does. */
  readonly events: McpEvent[] = [];
  /** The revocation list as text. */
  revocations: string | undefined;
  /** The server's clock; one that tells no time, unless a test gives it one. */
  serverNow: () => number | undefined = () => undefined;
  /** How often an event came that was there already. */
  duplicates = 0;
  /** Called with each report that the bus has stored. */
  onReport: (report: ObservedService) => void = () => undefined;
  /** Called with each event that the stream has stored; not with duplicates. */
  onEvent: (event: McpEvent) => void = () => undefined;
  /** Wake-ups are lost while this is set. */
  losesWakes = false;
  /** Called before each call of a node; what it throws is the answer. */
  beforeCall: (node: NodeName, verb: NodeVerb) => void = () => undefined;
  /** Called after a call took effect; what it throws is the answer all the same: a lost acknowledgement. */
  afterCall: (node: NodeName, verb: NodeVerb) => void = () => undefined;
  readonly #connections = new Map<NodeName, Connection>();
  readonly #distance: BusDistance | undefined;

  constructor(distance?: BusDistance) {
    this.#distance = distance;
  }

  /** An operator's write, listed in the index and told by a wake-up. */
  put(document: DesiredService): void {
    const { node, service } = document;
    this.putText(node, service, new TextDecoder().decode(desiredCodec.encode(document)));
  }

  /** Anything at all under a key. */
  putText(node: NodeName, service: ServiceName, text: string): void {
    this.desired.set(`${node}.${service}`, text);
    const services = new Set([...this.#index(node), service]);
    const index: NodeIndex = { version: 1, node, services: [...services] };
    this.desired.set(`${node}._index`, JSON.stringify(index));
    this.wake(node, service);
  }

  /** A revocation list as an operator writes it, told to every node by a wake-up. */
  putRevocations(list: RevocationList): void {
    this.revocations = JSON.stringify(list);
    for (const { isUp, onTrust } of this.#connections.values()) {
      if (isUp && !this.losesWakes) for (const callback of onTrust) callback();
    }
  }

  wake(node: NodeName, service: ServiceName): void {
    const connection = this.#connections.get(node);
    if (this.losesWakes || connection?.isUp !== true) return;
    const deliver = () => {
      if (connection.isUp) for (const callback of connection.onWake) callback(service);
    };
    if (this.#distance === undefined) deliver();
    else void this.#distance.sleep(this.#distance.wakeMs(node, service), NEVER).then(deliver);
  }

  /** Everything is gone, as after a lost disk. */
  wipe(): void {
    this.desired.clear();
  }

  disconnect(node: NodeName): void {
    const connection = this.#connectionOf(node);
    if (!connection.isUp) return;
    connection.isUp = false;
    for (const callback of connection.onDisconnect) callback();
  }

  connect(node: NodeName): void {
    const connection = this.#connectionOf(node);
    if (connection.isUp) return;
    connection.isUp = true;
    for (const callback of connection.onConnect) callback();
  }

  report(service: ServiceName, node?: NodeName): ObservedService | undefined {
    return this.reports.findLast((r) => r.service === service && (node === undefined || r.node === node));
  }

  /** Asks a node; resolves when its last answer is there. */
  async request(node: NodeName, body: RequestBody, author = "alice@laptop"): Promise<AgentReply[]> {
    const id = `request-${body.verb}`;
    return await this.send(node, { version: 1, id, node, author, at: new Date(0).toISOString(), body });
  }

  /** Hands a node any request at all. */
  async send(node: NodeName, request: AgentRequest): Promise<AgentReply[]> {
    const replies: AgentReply[] = [];
    const { id } = request;
    const replier: Replier = {
      send: async (reply) => void replies.push({ version: 1, id, node, sequence: replies.length, ...reply }),
    };
    await this.#connectionOf(node).handler?.(request, replier);
    return replies;
  }

  /** The node's side; a new one takes the place of the one before, as when an agent is started again. */
  nodeBus(node: NodeName, isUp = true): NodeBus {
    const connection: Connection = {
      onConnect: new Set(),
      onDisconnect: new Set(),
      onWake: new Set(),
      onTrust: new Set(),
      handler: undefined,
      isUp,
    };
    this.#connections.set(node, connection);
    const call = <T>(verb: NodeVerb, work: () => T) => this.#call(node, connection, verb, work);
    const text = (key: string) => this.desired.get(`${node}.${key}`);
    return {
      isConnected: () => connection.isUp,
      onConnect: (callback) => void connection.onConnect.add(callback),
      onDisconnect: (callback) => void connection.onDisconnect.add(callback),
      readIndex: () => call("readIndex", () => decoded(text("_index"), indexCodec.decode)),
      readDesired: (service) => call("readDesired", () => decoded(text(service), desiredCodec.decode)),
      onWake: (callback, signal) => {
        connection.onWake.add(callback);
        signal.addEventListener("abort", () => connection.onWake.delete(callback), { once: true });
      },
      readRevocations: () => call("readRevocations", () => decoded(this.revocations, revocationsCodec.decode)),
      onTrust: (callback, signal) => {
        connection.onTrust.add(callback);
        signal.addEventListener("abort", () => connection.onTrust.delete(callback), { once: true });
      },
      serverTime: async () => (connection.isUp ? this.serverNow() : undefined),
      putObserved: (report) =>
        call("putObserved", () => this.#store(observedCodec.decode(observedCodec.encode(report)))),
      putPresence: (presence) =>
        call("putPresence", () => void this.presence.push(presenceCodec.decode(presenceCodec.encode(presence)))),
      publishEvent: (event) => call("publishEvent", () => this.#publish(eventCodec.decode(eventCodec.encode(event)))),
      serve: (handler, signal) => {
        connection.handler = handler;
        signal.addEventListener("abort", () => (connection.handler = undefined), { once: true });
      },
      files: NO_FILES,
      close: async () => this.#hangUp(connection),
    };
  }

  async #call<T>(node: NodeName, connection: Connection, verb: NodeVerb, work: () => T): Promise<T> {
    const { beforeMs, afterMs, fault } = this.#distance?.conduct(node, verb) ?? KIND;
    requireUp(connection);
    this.beforeCall(node, verb);
    await this.#travel(connection, beforeMs);
    if (fault instanceof Error) throw fault;
    const answer = work();
    await this.#travel(connection, afterMs);
    if (typeof fault === "object" && fault.late instanceof Error) throw fault.late;
    this.afterCall(node, verb);
    return answer;
  }

  async #travel(connection: Connection, ms: number): Promise<void> {
    if (this.#distance === undefined || ms === 0) return;
    await this.#distance.sleep(ms, NEVER);
    requireUp(connection);
  }

  #store(report: ObservedService): void {
    this.reports.push(report);
    this.onReport(report);
  }

  #publish(event: McpEvent): void {
    if (this.events.some(({ id }) => id === event.id)) {
      this.duplicates += 1;
      return;
    }
    this.events.push(event);
    this.onEvent(event);
  }

  #hangUp(connection: Connection): void {
    connection.isUp = false;
    connection.onConnect.clear();
  }

  #index(node: NodeName): readonly ServiceName[] {
    return decoded(this.desired.get(`${node}._index`), indexCodec.decode)?.services ?? [];
  }

  #connectionOf(node: NodeName): Connection {
    const connection = this.#connections.get(node);
    if (connection === undefined) throw new Error(`${node} has no connection`);
    return connection;
  }
}

function requireUp({ isUp }: Connection): void {
  if (!isUp) throw new McpError("E_BUS_UNREACHABLE", "the bus is not connected");
}

function decoded<T>(text: string | undefined, decode: (bytes: Uint8Array) => T): T | undefined {
  return text === undefined ? undefined : decode(new TextEncoder().encode(text));
}

const noFiles = async (): Promise<never> => {
  throw new McpError("E_BUS", "files are not carried by the bus in memory");
};

const NO_FILES: NodeBus["files"] = {
  write: noFiles,
  read: () => ({ [Symbol.asyncIterator]: () => ({ next: noFiles }) }),
  discard: noFiles,
  clear: async () => undefined,
};
