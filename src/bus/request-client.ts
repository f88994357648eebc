/**
 * One request to one, some or all nodes and the stream of their answers. Listening begins before asking; a request with
 * a lease is renewed while it is read and cancelled when reading stops early. A node that answers a renewal is alive
 * however long it has nothing to say.
 */
import { randomUUID } from "node:crypto";
import { EventEmitter, on } from "node:events";
import type { Msg } from "@nats-io/nats-core";
import { replyCodec, requestCodec } from "../schemas/codec.ts";
import { McpError } from "../schemas/error.ts";
import type { NodeName } from "../schemas/names.ts";
import { type AgentReply, REQUEST_LEASE_MS, type RequestBody } from "../schemas/request.ts";
import { broadcastSubject, nodeOfReply, repliesTo, requestSubject } from "../schemas/subjects.ts";
import type { Link } from "./link.ts";

export interface AskOptions {
  /** Who asks: `user@workstation`. */
  readonly author: string;
  readonly nodes?: readonly NodeName[];
  readonly idleMs: number;
  readonly signal: AbortSignal;
}

const RENEWALS_PER_LEASE = 3;
/** How long a reader that stops waits for its cancellation to be sent. */
const CANCEL_TIMEOUT_MS = 1000;

/** True for requests that the agent drops unless they are renewed. */
const hasLease = ({ verb }: RequestBody) => verb === "logs" || verb === "push" || verb === "pull";

/** @throws McpError E_BUS_UNREACHABLE also when the connection is lost: answers may be lost with it */
export async function* ask(link: Link, body: RequestBody, options: AskOptions): AsyncGenerator<AgentReply> {
  const asking = new Asking(link, options);
  try {
    yield* asking.answers(body);
  } catch (error) {
    if (!options.signal.aborted) throw error;
  } finally {
    await asking.end(body);
  }
}

class Asking {
  readonly #link: Link;
  readonly #options: AskOptions;
  readonly #id = randomUUID();
  /** `reply` with an AgentReply, `end` when no more are to come, `error` when they are lost. */
  readonly #events = new EventEmitter();
  readonly #over = new AbortController();
  readonly #waitedFor: Set<NodeName> | undefined;
  #idleTimer: NodeJS.Timeout | undefined;
  #renewal = new AbortController();
  #complete = false;

  constructor(link: Link, options: AskOptions) {
    this.#link = link;
    this.#options = options;
    this.#waitedFor = options.nodes === undefined ? undefined : new Set(options.nodes);
  }

  async *answers(body: RequestBody): AsyncGenerator<AgentReply> {
    const { signal } = this.#options;
    if (this.#waitedFor?.size === 0) return;
    const replies = on(this.#events, "reply", { signal, close: ["end"] }) as AsyncIterableIterator<[AgentReply]>;
    const listening = AbortSignal.any([signal, this.#over.signal]);
    this.#link.subscribe(repliesTo(this.#id), (message) => this.#take(message), listening);
    this.#link.onDisconnect(() => this.#events.emit("error", lostAnswers()), listening);
    await this.#send(this.#id, body);
    this.#restartIdle();
    if (hasLease(body)) this.#keepRenewing(listening);
    for await (const [reply] of replies) {
      yield reply;
      if (reply.last) this.#finish(reply.node);
    }
    this.#complete = this.#waitedFor?.size === 0;
  }

  /** Stops listening, and cancels a request that others still work on. */
  async end(body: RequestBody): Promise<void> {
    clearTimeout(this.#idleTimer);
    this.#renewal.abort();
    this.#over.abort();
    if (this.#complete || !hasLease(body) || !this.#link.isConnected()) return;
    const cancelling = this.#send(randomUUID(), { verb: "cancel", request: this.#id }, CANCEL_TIMEOUT_MS);
    await cancelling.catch((error) => this.#link.problem("cancel a request", error));
  }

  #take(message: Msg): void {
    const reply = decodedReply(this.#link, message);
    if (reply === undefined || reply.id !== this.#id) return;
    if (this.#waitedFor !== undefined && !this.#waitedFor.has(reply.node)) return;
    this.#restartIdle();
    this.#events.emit("reply", reply);
  }

  #finish(node: NodeName): void {
    this.#waitedFor?.delete(node);
    if (this.#waitedFor?.size === 0) this.#events.emit("end");
  }

  #restartIdle(): void {
    clearTimeout(this.#idleTimer);
    this.#idleTimer = setTimeout(() => this.#events.emit("end"), this.#options.idleMs);
  }

  #keepRenewing(signal: AbortSignal): void {
    const timer = setInterval(() => void this.#renew(), REQUEST_LEASE_MS / RENEWALS_PER_LEASE);
    signal.addEventListener("abort", () => clearInterval(timer));
  }

  async #renew(): Promise<void> {
    const id = randomUUID();
    this.#renewal.abort();
    this.#renewal = new AbortController();
    this.#link.subscribe(repliesTo(id), (message) => this.#takeRenewal(message), this.#renewal.signal);
    await this.#send(id, { verb: "renew", request: this.#id }).catch(() => undefined); // a disconnect ends it elsewhere
  }

  /** An answered renewal is a sign of life; an error says that the node knows the request no more: its last answer. */
  #takeRenewal(message: Msg): void {
    const reply = decodedReply(this.#link, message);
    if (reply === undefined || this.#waitedFor?.has(reply.node) === false) return;
    this.#restartIdle();
    if (reply.error !== undefined) this.#events.emit("reply", { ...reply, id: this.#id, last: true });
  }

  /** Publishes one request to every addressee and waits until the server has taken it, subscriptions included. */
  async #send(id: string, body: RequestBody, timeoutMs?: number): Promise<void> {
    const { author, nodes } = this.#options;
    const head = { version: 1, id, author, at: new Date().toISOString(), body } as const;
    const flushed = async ({ nc }: { nc: { publish(s: string, b: Uint8Array): void; flush(): Promise<void> } }) => {
      if (nodes === undefined) nc.publish(broadcastSubject(body.verb, id), requestCodec.encode(head));
      for (const node of nodes ?? []) {
        nc.publish(requestSubject(node, body.verb, id), requestCodec.encode({ ...head, node }));
      }
      await nc.flush();
    };
    await this.#link.call(`ask ${body.verb}`, flushed, timeoutMs);
  }
}

function lostAnswers(): McpError {
  return new McpError("E_BUS_UNREACHABLE", "the connection to the bus was lost; answers may be missing");
}

/** Undefined for what is broken, or claims to come from another node than its subject says. */
function decodedReply(link: Link, message: Msg): AgentReply | undefined {
  try {
    const reply = replyCodec.decode(message.data);
    return reply.node === nodeOfReply(message.subject) ? reply : undefined;
  } catch (error) {
    link.problem("read an answer", error);
    return undefined;
  }
}
