/**
 * Sends one request to one, some or all nodes and yields their answers. It subscribes before it sends. A request with a
 * lease is renewed while the caller reads, and canceled if the caller stops early. A node that answers a renewal is alive,
 * even if it sends nothing else. A node may require its boot nonce: it then returns the nonce with an error, and the request
 * is sent to it once more.
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
import { AnswerBounds, deadlineMs } from "./answer-bounds.ts";

interface SignedAskOptions extends AskOptions {
  /** The author of the request, and the key that signs it. */
  readonly signing: Signing;
}

/** For a node whose answer exceeds a bound. */
const REFUSED_HINT = "no healthy agent answers like this; check that node, and repeat the command without it";

const RENEWALS_PER_LEASE = 3;
/** How long to wait until a cancellation is sent. */
const CANCEL_TIMEOUT_MS = 1000;

/** True for requests that the agent ends unless they are renewed. */
const hasLease = ({ verb }: RequestBody) => verb === "logs" || verb === "push" || verb === "pull";

/** @throws McpError E_BUS_UNREACHABLE also if the connection is lost, because answers may be lost with it */
export async function* ask(
  connection: Connection,
  body: RequestBody,
  options: SignedAskOptions,
): AsyncGenerator<AgentReply> {
  const request = new PendingRequest(connection, body, options);
  try {
    yield* request.answers();
  } catch (error) {
    if (!options.signal.aborted) throw error;
  } finally {
    await request.end();
  }
}

/** One message; without `nodes` it goes to all nodes of the request. */
interface Sending {
  readonly id: string;
  readonly body: RequestBody;
  readonly nodes?: readonly NodeName[] | undefined;
  readonly timeoutMs?: number;
}

class PendingRequest {
  readonly #connection: Connection;
  readonly #body: RequestBody;
  readonly #options: SignedAskOptions;
  readonly #id = randomUUID();
  /** `reply` with an AgentReply, `end` after the last one, `error` if answers may be lost. */
  readonly #events = new EventEmitter();
  readonly #over = new AbortController();
  readonly #waitingFor: Set<NodeName> | undefined;
  /** The boot nonces that nodes require. */
  readonly #boots = new Map<NodeName, string>();
  /** `<id> <node>` of each message that was sent a second time, with the nonce. */
  readonly #repeated = new Set<string>();
  #askedMs = 0;
  #idleTimer: NodeJS.Timeout | undefined;
  #deadline: NodeJS.Timeout | undefined;
  /** Undefined for requests with a lease: those have bounds of their own, by what was asked for. */
  readonly #bounds: AnswerBounds | undefined;
  #renewal = new AbortController();
  #complete = false;

  constructor(connection: Connection, body: RequestBody, options: SignedAskOptions) {
    this.#connection = connection;
    this.#body = body;
    this.#options = options;
    this.#waitingFor = options.nodes === undefined ? undefined : new Set(options.nodes);
    this.#bounds = hasLease(body) ? undefined : new AnswerBounds(body.verb);
  }

  async *answers(): AsyncGenerator<AgentReply> {
    const { signal } = this.#options;
    if (this.#waitingFor?.size === 0) return;
    const replies = on(this.#events, "reply", { signal, close: ["end"] }) as AsyncIterableIterator<[AgentReply]>;
    const listening = AbortSignal.any([signal, this.#over.signal]);
    this.#connection.subscribe(repliesTo(this.#id), (message) => this.#take(message), listening);
    this.#connection.onDisconnect(() => this.#events.emit("error", lostAnswers(this.#bounds)), listening);
    await this.#send({ id: this.#id, body: this.#body });
    this.#askedMs = performance.now();
    this.#restartIdle();
    if (this.#bounds !== undefined) this.#startDeadline(this.#bounds);
    if (hasLease(this.#body)) this.#keepRenewing(listening);
    for await (const [reply] of replies) {
      yield reply;
      if (reply.last) this.#finish(reply.node);
    }
    this.#complete = this.#waitingFor?.size === 0;
  }

  /** Stops listening, and cancels the request if nodes are still working on it. */
  async end(): Promise<void> {
    clearTimeout(this.#idleTimer);
    clearTimeout(this.#deadline);
    this.#renewal.abort();
    this.#over.abort();
    if (this.#complete || !hasLease(this.#body) || !this.#connection.isConnected()) return;
    const body = { verb: "cancel", request: this.#id } as const;
    const canceling = this.#send({ id: randomUUID(), body, timeoutMs: CANCEL_TIMEOUT_MS });
    await canceling.catch((error) => this.#connection.problem("cancel a request", error));
  }

  #take(message: Msg): void {
    const node = nodeOfReply(message.subject) ?? "";
    const counted = this.#bounds?.count(node, message.data.length) ?? "taken";
    if (counted === "ignored") return;
    if (counted !== "taken") {
      this.#refuse(node, counted.excess);
      return;
    }
    const reply = decodedReply(this.#connection, message);
    if (reply === undefined || reply.id !== this.#id) return;
    if (this.#waitingFor !== undefined && !this.#waitingFor.has(reply.node)) return;
    this.#restartIdle();
    if (this.#resentWithBoot(reply, this.#body)) return;
    if (reply.last) this.#bounds?.end(node);
    this.#events.emit("reply", reply);
  }

  /** Ends the answer of a node with an error in its place. */
  #refuse(node: NodeName, message: string): void {
    if (this.#waitingFor?.has(node) === false) return;
    const error = { code: "E_INVALID_MESSAGE", message, hint: REFUSED_HINT };
    this.#events.emit("reply", { version: 1, id: this.#id, node, sequence: 0, last: true, error } satisfies AgentReply);
  }

  #startDeadline(bounds: AnswerBounds): void {
    const ms = deadlineMs(this.#options.idleMs);
    this.#deadline = setTimeout(() => {
      for (const { node, excess } of bounds.expire(ms)) this.#refuse(node, excess);
      this.#events.emit("end");
    }, ms);
  }

  /** True if the node only requires its boot nonce, which is then sent. A second refusal is passed on as the answer. */
  #resentWithBoot({ id, node, error }: AgentReply, body: RequestBody): boolean {
    const once = `${id} ${node}`;
    if (error?.boot === undefined || this.#repeated.has(once)) return false;
    this.#repeated.add(once);
    this.#boots.set(node, error.boot);
    void this.#send({ id, body, nodes: [node] }).catch((cause) => this.#connection.problem(`ask ${body.verb}`, cause));
    return true;
  }

  #finish(node: NodeName): void {
    this.#waitingFor?.delete(node);
    if (this.#waitingFor?.size === 0) this.#events.emit("end");
  }

  #restartIdle(): void {
    const { idleMs, quietMs } = this.#options;
    const waitMs = quietMs === undefined ? idleMs : Math.max(quietMs, idleMs - (performance.now() - this.#askedMs));
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
    await this.#send({ id, body }).catch(() => undefined); // a disconnect is handled by onDisconnect
  }

  /** An answer shows that the node is alive. An error means that the node no longer has the request: it is the last answer. */
  #takeRenewal(message: Msg, body: RequestBody): void {
    const reply = decodedReply(this.#connection, message);
    if (reply === undefined || this.#waitingFor?.has(reply.node) === false) return;
    this.#restartIdle();
    if (this.#resentWithBoot(reply, body)) return;
    if (reply.error !== undefined) this.#events.emit("reply", { ...reply, id: this.#id, last: true });
  }

  /** Publishes one message for every node, and waits until the server has received them and the subscriptions before them. */
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

function lostAnswers(bounds: AnswerBounds | undefined): McpError {
  const text = "the connection to the bus was lost; answers may be missing";
  return new McpError("E_BUS_UNREACHABLE", text, present({ hint: bounds?.overload() }));
}

/** Undefined if the answer is broken, or names another node than its subject does. */
function decodedReply(connection: Connection, message: Msg): AgentReply | undefined {
  try {
    const reply = replyCodec.decode(message.data);
    return reply.node === nodeOfReply(message.subject) ? reply : undefined;
  } catch (error) {
    connection.problem("read an answer", error);
    return undefined;
  }
}
