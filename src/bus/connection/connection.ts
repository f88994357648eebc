/**
 * A program's connection to the bus over its whole life. It reconnects by itself. A call fails at once while it is
 * disconnected (nothing is queued), when the connection is lost, or after CALL_TIMEOUT_MS. Subscriptions continue after a
 * reconnect.
 */
import { setMaxListeners } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { type JetStreamClient, type JetStreamManager, jetstream, jetstreamManager } from "@nats-io/jetstream";
import type { Msg, NatsConnection } from "@nats-io/nats-core";
import { McpError, messageOf } from "../../values/error.ts";
import { authError, isAuthFailure, isCredentialRefusal } from "./auth-error.ts";
import { dial, dialOnly } from "./connect.ts";
import { diagnosed } from "./diagnose.ts";
import { busError, permissionErrorIn } from "./nats-errors.ts";
import { PendingCalls } from "./pending-calls.ts";
import { RefusalBackoff } from "./refusal-backoff.ts";
import type { BusSettings } from "./settings.ts";
import { type Listener, Subscriptions } from "./subscriptions.ts";
import { waitForServerInfo } from "./wait-for-server-info.ts";

/** Deadline of one call to the bus. */
export const CALL_TIMEOUT_MS = 5000;

/** An established connection with its JetStream clients. */
export interface Live {
  readonly nc: NatsConnection;
  readonly js: JetStreamClient;
  readonly jsm: JetStreamManager;
  /** Aborts when this connection is lost. */
  readonly lost: AbortSignal;
}

/** Receives failures that no call reports: a refused reconnect, a subscription without permission, an invalid message. */
export type OnProblem = (problem: McpError) => void;

export class Connection {
  readonly settings: BusSettings;
  readonly #onProblem: OnProblem;
  readonly #closing = new AbortController();
  readonly #connectCallbacks = new Set<() => void>();
  readonly #disconnectCallbacks = new Set<() => void>();
  readonly #subscriptions: Subscriptions;
  readonly #calls = new PendingCalls();
  readonly #backoff = new RefusalBackoff();
  /** Missing permissions that a call or a subscription has reported; the client reports each of them a second time. */
  readonly #reported = new WeakSet<Error>();
  #nc: NatsConnection | undefined;
  #live: Live | undefined;
  #loss = new AbortController();

  private constructor(settings: BusSettings, onProblem: OnProblem) {
    this.settings = settings;
    this.#onProblem = onProblem;
    this.#subscriptions = new Subscriptions((subject, error) => this.problem(`listen to ${subject}`, error));
  }

  /** Tries to connect once. @throws McpError as dial */
  static async connected(settings: BusSettings, onProblem: OnProblem): Promise<Connection> {
    const connection = new Connection(settings, onProblem);
    await connection.#adopt(await dial(settings, connection.#backoff.waitMs));
    return connection;
  }

  /** Returns at once, connects in the background and retries for ever. Each failed attempt is reported as a problem. */
  static connecting(settings: BusSettings, onProblem: OnProblem): Connection {
    const connection = new Connection(settings, onProblem);
    void connection.#dialUntilConnected();
    return connection;
  }

  isConnected(): boolean {
    return this.#live !== undefined;
  }

  problem(what: string, error: unknown): void {
    this.#noteRefusal(error);
    this.#onProblem(busError(what, error));
  }

  #noteRefusal(error: unknown): void {
    const refusal = permissionErrorIn(error);
    if (refusal !== undefined) this.#reported.add(refusal);
  }

  /** Calls back after every (re)connect until `signal` aborts; also in a microtask if it is connected now. */
  onConnect(callback: () => void, signal?: AbortSignal): void {
    register(this.#connectCallbacks, callback, signal);
    if (this.isConnected()) queueMicrotask(callback);
  }

  /** Waits until it is connected or `signal` aborts. The caller's next call fails if it is not connected. */
  whenConnected(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      // Remove the listener: `signal` can live as long as the program.
      const done = () => {
        signal.removeEventListener("abort", done);
        this.#connectCallbacks.delete(done);
        resolve();
      };
      signal.addEventListener("abort", done, { once: true });
      this.onConnect(done);
    });
  }

  onDisconnect(callback: () => void, signal?: AbortSignal): void {
    register(this.#disconnectCallbacks, callback, signal);
  }

  /** @throws McpError E_BUS_UNREACHABLE if it is not connected */
  requireConnected(what: string): Live {
    if (this.#live !== undefined) return this.#live;
    throw new McpError("E_BUS_UNREACHABLE", `cannot ${what}: not connected to the bus`);
  }

  /**
   * Runs one exchange with the server.
   * @param what the operation as a phrase for the error: "read desired state"
   * @throws McpError as nats-errors.ts; E_BUS_UNREACHABLE if it is not connected, loses the connection or takes too long
   */
  async call<T>(what: string, exchange: (live: Live) => Promise<T>, timeoutMs = CALL_TIMEOUT_MS): Promise<T> {
    const live = this.requireConnected(what);
    try {
      return await this.#calls.outcome(exchange(live), timeoutMs);
    } catch (error) {
      this.#noteRefusal(error);
      throw busError(what, error);
    }
  }

  /** Waits until the server has handled everything that was sent before: one round trip. @throws as call */
  async flush(what: string): Promise<void> {
    await this.call(what, ({ nc }) => nc.flush());
  }

  /** Passes every message of the subject (with a queue: a share of them) to `take` until `signal` aborts, also after reconnects. */
  subscribe(to: string | Omit<Listener, "take">, take: (message: Msg) => void, signal: AbortSignal): void {
    this.#subscriptions.add({ ...(typeof to === "string" ? { subject: to } : to), take }, signal);
  }

  /**
   * Flushes what was published, for at most `timeoutMs`, and closes. It flushes even if nothing was published: this notices a
   * server that ends at the same moment, so that the client does not write to a closed socket.
   */
  async close(timeoutMs = 2000): Promise<void> {
    if (this.#closing.signal.aborted) return;
    if (this.isConnected()) await this.call("flush", ({ nc }) => nc.flush(), timeoutMs).catch(() => undefined);
    this.#closing.abort();
    this.#down();
    await this.#nc?.close();
  }

  async #dialUntilConnected(): Promise<void> {
    const diagnose = cachedByMessage((error) => diagnosed(this.settings, error));
    while (!this.#closing.signal.aborted) {
      this.#backoff.attempt();
      try {
        await waitForServerInfo(this.settings, this.#closing.signal);
        return await this.#adopt(await dialOnly(this.settings, this.#backoff.waitMs));
      } catch (error) {
        if (isCredentialRefusal(error)) this.#backoff.refused();
        if (!this.#closing.signal.aborted) this.problem("connect", await diagnose(error));
        await this.#pause();
      }
    }
  }

  async #pause(): Promise<void> {
    await delay(this.#backoff.waitMs(), undefined, { signal: this.#closing.signal }).catch(() => undefined);
  }

  async #adopt(nc: NatsConnection): Promise<void> {
    if (this.#closing.signal.aborted) return nc.close();
    this.#nc = nc;
    this.#subscriptions.moveTo(nc);
    void this.#watch(nc);
    await this.#up(nc);
  }

  async #watch(nc: NatsConnection): Promise<void> {
    for await (const status of nc.status()) {
      if (status.type === "disconnect") this.#down();
      if (status.type === "reconnect") await this.#up(nc);
      if (status.type === "reconnecting") this.#backoff.attempt();
      if (status.type === "error") this.#onError(status.error);
    }
    this.#down();
    if (!this.#closing.signal.aborted) await this.#dialUntilConnected();
  }

  /** A refused reconnect says only "Authorization Violation"; authError adds the reason. */
  #onError(error: Error): void {
    if (!isAuthFailure(error)) {
      // In the next turn, the call or subscription that was refused has reported it, if there is one.
      setImmediate(() => {
        if (!this.#reported.has(error)) this.problem("use the bus", error);
      });
      return;
    }
    this.#backoff.refused();
    this.#onProblem(authError(this.settings, error));
  }

  async #up(nc: NatsConnection): Promise<void> {
    const { domain } = this.settings;
    const options = { checkAPI: false, timeout: CALL_TIMEOUT_MS, ...(domain === undefined ? {} : { domain }) };
    const jsm = await jetstreamManager(nc, { ...options });
    if (nc.isClosed()) return;
    this.#loss = new AbortController();
    setMaxListeners(0, this.#loss.signal); // every open reading adds a listener
    this.#live = { nc, js: jetstream(nc, { ...options }), jsm, lost: this.#loss.signal };
    this.#subscriptions.retryRefused();
    for (const callback of this.#connectCallbacks) callback();
  }

  #down(): void {
    if (this.#live === undefined) return;
    this.#live = undefined;
    this.#loss.abort();
    this.#calls.failAll();
    for (const callback of this.#disconnectCallbacks) callback();
  }
}

/** Diagnoses again only if the message has changed, so that a failing server is not probed at every attempt. */
function cachedByMessage(diagnose: (error: unknown) => Promise<unknown>): (error: unknown) => Promise<unknown> {
  const last: { message?: string; answer?: unknown } = {};
  return async (error) => {
    const message = messageOf(error);
    if (message !== last.message) Object.assign(last, { message, answer: await diagnose(error) });
    return last.answer;
  };
}

function register(callbacks: Set<() => void>, callback: () => void, signal?: AbortSignal): void {
  if (signal?.aborted) return;
  callbacks.add(callback);
  signal?.addEventListener("abort", () => callbacks.delete(callback), { once: true });
}
