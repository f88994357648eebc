/**
 * One request to one, some or all nodes and the stream of their answers. Listening begins before asking; a request with
 * a lease is renewed while it is read and canceled when reading stops early. A node that answers a renewal is alive
 * however long it has nothing to say. A node that wants its boot nonce named before it acts says which, and is asked
 * once more.
 */
import { randomUUID } from "node:crypto";
import { EventEmitter, on } from "node:events";
import type { Msg } from "@nats-io/nats-core";
import { replyCodec, requestCodec } from "../../schemas/wire/codec.ts";
import { type AgentReply, type AgentRequest, REQUEST_LEASE_MS, type RequestBody } from "../../schemas/wire/request.ts";
import { broadcastSubject, nodeOfReply, repliesTo, requestSubject } from "../../schemas/wire/subjects.ts";
import { McpError } from "../../values/error.ts";
import type { NodeName } from "../../values/names.ts";
import { present } from "../../values/present.ts";
import type { Connection } from "../connection/connection.ts";
import type { Signing } from "../connection/signing.ts";
import type { AskOptions } from "../ports/ask-options.ts";

interface Asked extends AskOptions {
  /** Who asks, and how that is signed. */
  readonly signing: Signing;
}

const RENEWALS_PER_LEASE = 3;
/** How long a reader that stops waits for its cancellation to be sent. */
const CANCEL_TIMEOUT_MS = 1000;

/** True for requests that the agent drops unless they are renewed. */
const hasLease = ({ verb }: RequestBody) => verb === "logs" || verb === "push" || verb === "pull";

/** @throws McpError E_BUS_UNREACHABLE also when the connection is lost: answers may be lost with it */
export async function* ask(connection: Connection, body: RequestBody, options: Asked): AsyncGenerator<AgentReply> {
  const asking = new Asking(connection, body, options);
  try {
    yield* asking.answers();
  } catch (error) {
    if (!options.signal.aborted) throw error;
  } finally {
    await asking.end();
  }
}

/** One message to some nodes, or to those of the asking. */
interface Sending {
  readonly id: string;
  readonly body: RequestBody;
  readonly nodes?: readonly NodeName[] | undefined;
  readonly timeoutMs?: number;
}

class Asking {
  readonly #connection: Connection;
  readonly #body: RequestBody;
  readonly #options: Asked;
  readonly #id = randomUUID();
  /** `reply` with an AgentReply, `end` after the last one, `error` when they are lost. */
  readonly #events = new EventEmitter();
  readonly #over = new AbortController();
  readonly #waitedFor: Set<NodeName> | undefined;
  /** The boot nonces that nodes want to hear. */
  readonly #boots = new Map<NodeName, string>();
  /** Ids and nodes of what was asked a second time for it. */
  readonly #repeated = new Set<string>();
  #askedMs = 0;
  #idleTimer: NodeJS.Timeout | undefined;
  #renewal = new AbortController();
  #complete = false;

  constructor(connection: Connection, body: RequestBody, options: Asked) {
    this.#connection = connection;
    this.#body = body;
    this.#options = options;
    this.#waitedFor = options.nodes === undefined ? undefined : new Set(options.nodes);
  }

  async *answers(): AsyncGenerator<AgentReply> {
    const { signal } = this.#options;
    if (this.#waitedFor?.size === 0) return;
    const replies = on(this.#events, "reply", { signal, close: ["end"] }) as AsyncIterableIterator<[AgentReply]>;
    const listening = AbortSignal.any([signal, this.#over.signal]);
    this.#connection.subscribe(repliesTo(this.#id), (message) => this.#take(message), listening);
    this.#connection.onDisconnect(() => this.#events.emit("error", lostAnswers()), listening);
    await this.#send({ id: this.#id, body: this.#body });
    this.#askedMs = performance.now();
    this.#restartIdle();
    if (hasLease(this.#body)) this.#keepRenewing(listening);
    for await (const [reply] of replies) {
      yield reply;
      if (reply.last) this.#finish(reply.node);
    }
    this.#complete = this.#waitedFor?.size === 0;
  }

  /** Stops listening, and cancels a request that others still work on. */
  async end(): Promise<void> {
    clearTimeout(this.#idleTimer);
    this.#renewal.abort();
    this.#over.abort();
    if (this.#complete || !hasLease(this.#body) || !this.#connection.isConnected()) return;
    const body = { verb: "cancel", request: this.#id } as const;
    const canceling = this.#send({ id: randomUUID(), body, timeoutMs: CANCEL_TIMEOUT_MS });
    await canceling.catch((error) => this.#connection.problem("cancel a request", error));
  }

  #take(message: Msg): void {
    const reply = decodedReply(this.#connection, message);
    if (reply === undefined || reply.id !== this.#id) return;
    if (this.#waitedFor !== undefined && !this.#waitedFor.has(reply.node)) return;
    this.#restartIdle();
    if (this.#asksAgain(reply, this.#body)) return;
    this.#events.emit("reply", reply);
  }

  /** True if the node only needs its boot nonce. It is sent once; a second refusal is the answer. */
  #asksAgain({ id, node, error }: AgentReply, body: RequestBody): boolean {
    const once = `${id} ${node}`;
    if (error?.boot === undefined || this.#repeated.has(once)) return false;
    this.#repeated.add(once);
    this.#boots.set(node, error.boot);
    void this.#send({ id, body, nodes: [node] }).catch((cause) => this.#connection.problem(`ask ${body.verb}`, cause));
    return true;
  }

  #finish(node: NodeName): void {
    this.#waitedFor?.delete(node);
    if (this.#waitedFor?.size === 0) this.#events.emit("end");
  }

  #restartIdle(): void {
    const { idleMs, lullMs } = this.#options;
    const waitMs = lullMs === undefined ? idleMs : Math.max(lullMs, idleMs - (performance.now() - this.#askedMs));
    clearTimeout(this.#idleTimer);
    this.#idleTimer = setTimeout(() => this.#events.emit("end"), waitMs);
  }

  #keepRenewing(signal: AbortSignal): void {
    const timer = setInterval(() => void this.#renew(), REQUEST_LEASE_MS / RENEWALS_PER_LEASE);
    signal.addEventListener("abort", () => clearInterval(timer), { once: true });
  }

  async #renew(): Promise<void> {
    const id = randomUUID();
    const body = { verb: "renew", request: this.#id } as const;
    this.#renewal.abort();
    this.#renewal = new AbortController();
    this.#connection.subscribe(repliesTo(id), (message) => this.#takeRenewal(message, body), this.#renewal.signal);
    await this.#send({ id, body }).catch(() => undefined); // a disconnect ends it elsewhere
  }

  /** An answered renewal shows that the node is alive. An error means that the node has forgotten the request; it is the last answer. */
  #takeRenewal(message: Msg, body: RequestBody): void {
    const reply = decodedReply(this.#connection, message);
    if (reply === undefined || this.#waitedFor?.has(reply.node) === false) return;
    this.#restartIdle();
    if (this.#asksAgain(reply, body)) return;
    if (reply.error !== undefined) this.#events.emit("reply", { ...reply, id: this.#id, last: true });
  }

  /** Publishes one request to every addressee and waits until the server has taken it, subscriptions included. */
  async #send({ id, body, nodes = this.#options.nodes, timeoutMs }: Sending): Promise<void> {
    const { signing } = this.#options;
    const head = { version: 1, id, author: signing.author, at: new Date().toISOString(), body } as const;
    const requests: readonly AgentRequest[] = nodes?.map((node) => ({
      ...head,
      node,
      ...present({ boot: this.#boots.get(node) }),
    })) ?? [head];
    const flushed = async ({ nc }: { nc: { publish(s: string, b: Uint8Array): void; flush(): Promise<void> } }) => {
      for (const request of requests) nc.publish(subjectOf(request), requestCodec.encode(signing.request(request)));
      await nc.flush();
    };
    await this.#connection.call(`ask ${body.verb}`, flushed, timeoutMs);
  }
}

function subjectOf({ id, node, body }: AgentRequest): string {
  return node === undefined ? broadcastSubject(body.verb, id) : requestSubject(node, body.verb, id);
}

function lostAnswers(): McpError {
  return new McpError("E_BUS_UNREACHABLE", "the connection to the bus was lost; answers may be missing");
}

/** Undefined for what is broken, or claims to come from another node than its subject says. */
function decodedReply(connection: Connection, message: Msg): AgentReply | undefined {
  try {
    const reply = replyCodec.decode(message.data);
    return reply.node === nodeOfReply(message.subject) ? reply : undefined;
  } catch (error) {
    connection.problem("read an answer", error);
    return undefined;
  }
}
