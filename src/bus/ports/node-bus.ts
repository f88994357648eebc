/**
 * The port an agent has to the bus: exactly what one node may do, and nothing that needs a consumer, a watch or a
 * listing of keys, since every call must cross an account boundary unchanged. Implemented by nats-node-bus.ts.
 */
import type { DesiredService, NodeIndex } from "../../schemas/service/desired.ts";
import type { ObservedService } from "../../schemas/service/observed.ts";
import type { RevocationList } from "../../schemas/service/proof.ts";
import type { McpEvent } from "../../schemas/wire/event.ts";
import type { Presence } from "../../schemas/wire/presence.ts";
import type { AgentReply, AgentRequest } from "../../schemas/wire/request.ts";
import type { ServiceName } from "../../values/names.ts";
import type { FileBucket } from "./file-transfers.ts";

/** Answers to one request go out through this; `signal` is the agent's. */
export interface Replier {
  /** Sends one answer and waits until the server has taken it (back-pressure for streams of log lines). */
  send(reply: Pick<AgentReply, "body" | "error" | "last">): Promise<void>;
}

export type RequestHandler = (request: AgentRequest, replier: Replier) => Promise<void>;

export interface NodeFiles extends FileBucket {
  /** Removes everything the node's bucket holds: what an agent that was killed has left. @throws McpError as discard */
  clear(): Promise<void>;
}

export interface NodeBus {
  /**
   * True while connected. A disconnected bus is normal: reads and puts fail with E_BUS_UNREACHABLE, nothing is queued.
   */
  isConnected(): boolean;
  /** Calls back after every (re)connect, the first one included; the agent then reads all its keys again. */
  onConnect(callback: () => void): void;
  onDisconnect(callback: () => void): void;
  /**
   * The node's index; undefined when there is none.
   * @throws McpError E_INVALID_MESSAGE, E_BUS_UNREACHABLE (a time-out too), E_BUS_UNPROVISIONED, E_REFUSED, E_BUS
   */
  readIndex(): Promise<NodeIndex | undefined>;
  /** One service's desired document; undefined when the key is missing or deleted. @throws as readIndex */
  readDesired(service: ServiceName): Promise<DesiredService | undefined>;
  /** Calls back with the service of every wake-up (`_index` included), until `signal` aborts. Survives reconnects. */
  onWake(callback: (service: ServiceName) => void, signal: AbortSignal): void;
  /** The list of operators who were removed, unchecked; undefined when there is none. @throws as readIndex */
  readRevocations(): Promise<RevocationList | undefined>;
  /** Calls back when the revocation list was written, until `signal` aborts. */
  onTrust(callback: () => void, signal: AbortSignal): void;
  /** The server's clock, Unix milliseconds; undefined where it does not tell. Never rejects. */
  serverTime(): Promise<number | undefined>;
  /** Resolves when the stream has stored it; after a time-out (E_BUS_UNREACHABLE) it may have. @throws as readIndex */
  putObserved(observed: ObservedService): Promise<void>;
  putPresence(presence: Presence): Promise<void>;
  /** Publishes with the event's id as message id; resolves when the stream has stored it (a duplicate counts). */
  publishEvent(event: McpEvent): Promise<void>;
  /** Serves requests to this node and to all, each in its own task; invalid ones are answered with an error. */
  serve(handler: RequestHandler, signal: AbortSignal): void;
  /** Files on their way to this node or from it. */
  readonly files: NodeFiles;
  /** Flushes what was published and closes. */
  close(): Promise<void>;
}
