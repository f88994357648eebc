/**
 * The agent's port to the bus: exactly what one node may do. Nothing in it needs a consumer, a watch or a list of keys,
 * because every call must cross an account boundary unchanged. Implemented by nats-node-bus.ts.
 */
import type { DesiredService, NodeIndex } from "../../schemas/service/desired.ts";
import type { ObservedService } from "../../schemas/service/observed.ts";
import type { RevocationList } from "../../schemas/service/proof.ts";
import type { McpEvent } from "../../schemas/wire/event.ts";
import type { Presence } from "../../schemas/wire/presence.ts";
import type { AgentReply, AgentRequest } from "../../schemas/wire/request.ts";
import type { ServiceName } from "../../values/names.ts";
import type { FileBucket } from "./file-transfers.ts";

/** Sends the answers to one request. */
export interface Replier {
  /** Sends one answer and waits until the server has received it (back-pressure for log streams). */
  send(reply: Pick<AgentReply, "body" | "error" | "last">): Promise<void>;
}

export type RequestHandler = (request: AgentRequest, replier: Replier) => Promise<void>;

export interface NodeFiles extends FileBucket {
  /** Removes everything in the node's bucket, such as the rest of a killed agent. @throws McpError as discard */
  clear(): Promise<void>;
}

export interface NodeBus {
  /** Being disconnected is normal: reads and writes fail with E_BUS_UNREACHABLE, nothing is queued. */
  isConnected(): boolean;
  /** Calls back after every connect, including the first. The agent then reads all its keys again. */
  onConnect(callback: () => void): void;
  onDisconnect(callback: () => void): void;
  /**
   * The node's index; undefined if there is none.
   * @throws McpError E_INVALID_MESSAGE, E_BUS_UNREACHABLE (also on a timeout), E_BUS_UNPROVISIONED, E_REFUSED, E_BUS
   */
  readIndex(): Promise<NodeIndex | undefined>;
  /** One service's desired document; undefined if the key is missing or deleted. @throws as readIndex */
  readDesired(service: ServiceName): Promise<DesiredService | undefined>;
  /** Calls back with the service of every wake-up (`_index` included), until `signal` aborts. Survives reconnects. */
  onWake(callback: (service: ServiceName) => void, signal: AbortSignal): void;
  /** The revocation list, not checked; undefined if there is none. @throws as readIndex */
  readRevocations(): Promise<RevocationList | undefined>;
  /** Calls back after each write of the revocation list, until `signal` aborts. */
  onTrust(callback: () => void, signal: AbortSignal): void;
  /** The server's clock, Unix milliseconds; undefined if it is not available. Never rejects. */
  serverTime(): Promise<number | undefined>;
  /** Resolves when the stream has stored it. After a timeout (E_BUS_UNREACHABLE) it may be stored. @throws as readIndex */
  putObserved(observed: ObservedService): Promise<void>;
  putPresence(presence: Presence): Promise<void>;
  /** Publishes with the event's id as message id. Resolves when the stream has stored it, also if it had it already. */
  publishEvent(event: McpEvent): Promise<void>;
  /** Serves requests to this node and to all nodes concurrently. Invalid ones are answered with an error. */
  serve(handler: RequestHandler, signal: AbortSignal): void;
  /** File transfers to and from this node. */
  readonly files: NodeFiles;
  /** Flushes what was published and closes. */
  close(): Promise<void>;
}
