/**
 * A program's one connection over its whole life: up, lost, up again. Calls go out only while it is up (nothing is
 * queued), end at the latest after CALL_TIMEOUT_MS, and fail at once when the connection is lost under them.
 * Subscriptions belong to the connection, so they outlive any single connection.
 */
import { setMaxListeners } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { type JetStreamClient, type JetStreamManager, jetstream, jetstreamManager } from "@nats-io/jetstream";
import type { Msg, NatsConnection } from "@nats-io/nats-core";
import { McpError, messageOf } from "../../values/error.ts";
import { authError, isAuthFailure, isCredentialRefusal } from "./auth-error.ts";
import { dial, dialOnly } from "./connect.ts";
import { diagnosed } from "./diagnose.ts";
import { busError } from "./nats-errors.ts";
import { PendingCalls } from "./pending-calls.ts";
import { RefusalBackoff } from "./refusal-backoff.ts";
import type { BusSettings } from "./settings.ts";
import { type Listener, Subscriptions } from "./subscriptions.ts";
import { waitForServerInfo } from "./wait-for-server-info.ts";

/** Deadline of every single call to the bus. */
export const CALL_TIMEOUT_MS = 5000;

/** A connection that is up, with what is made from it once. */
export interface Live {
  readonly nc: NatsConnection;
  readonly js: JetStreamClient;
  readonly jsm: JetStreamManager;
  /** Aborts when this connection is lost. */
  readonly lost: AbortSignal;
}

/** Hears of failures that no call reports: a refused reconnect, a subscription without right, an unreadable message. */
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
  #nc: NatsConnection | undefined;
  #live: Live | undefined;
  #loss = new AbortController();

  private constructor(settings: BusSettings, onProblem: OnProblem) {
    this.settings = settings;
    this.#onProblem = onProblem;
    this.#subscriptions = new Subscriptions((subject, error) => this.problem(`listen to ${subject}`, error));
  }

  /** Connects once or fails. @throws McpError as dial */
  static async connected(settings: BusSettings, onProblem: OnProblem): Promise<Connection> {
    const connection = new Connection(settings, onProblem);
    await connection.#adopt(await dial(settings, connection.#backoff.waitMs));
    return connection;
  }

  /** Returns at once and connects in the background, for ever; each failed attempt is reported as a problem. */
  static connecting(settings: BusSettings, onProblem: OnProblem): Connection {
    const connection = new Connection(settings, onProblem);
    void connection.#dialUntilConnected();
    return connection;
  }

  isConnected(): boolean {
    return this.#live !== undefined;
  }

  problem(what: string, error: unknown): void {
    this.#onProblem(busError(what, error));
  }

  /** Calls back after every (re)connect until `signal` aborts; at once (in a microtask) when it is up already. */
  onConnect(callback: () => void, signal?: AbortSignal): void {
    register(this.#connectCallbacks, callback, signal);
    if (this.isConnected()) queueMicrotask(callback);
  }

  /** Waits until it is up or `signal` aborts; the next call tells which. */
  whenConnected(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      // Nothing of this stays on `signal`, which can live as long as the program.
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

  /** @throws McpError E_BUS_UNREACHABLE when it is not up */
  requireConnected(what: string): Live {
    if (this.#live !== undefined) return this.#live;
    throw new McpError("E_BUS_UNREACHABLE", `cannot ${what}: not connected to the bus`);
  }

  /**
   * Runs one exchange with the server. `what` is the operation as a phrase, for the error.
   * @throws McpError as nats-errors.ts; E_BUS_UNREACHABLE when not connected, cut off, or too late
   */
  async call<T>(what: string, exchange: (live: Live) => Promise<T>, timeoutMs = CALL_TIMEOUT_MS): Promise<T> {
    const live = this.requireConnected(what);
    try {
      return await this.#calls.outcome(exchange(live), timeoutMs);
    } catch (error) {
      throw busError(what, error);
    }
  }

  /** Waits until the server has handled everything sent before: a round trip. @throws as call */
  async flush(what: string): Promise<void> {
    await this.call(what, ({ nc }) => nc.flush());
  }

  /** Hands every message of the subject (or a share of them, in a queue) to `take` until `signal` aborts, over reconnects. */
  subscribe(to: string | Omit<Listener, "take">, take: (message: Msg) => void, signal: AbortSignal): void {
    this.#subscriptions.add({ ...(typeof to === "string" ? { subject: to } : to), take }, signal);
  }

  /**
   * Flushes what was published, for at most `timeoutMs`, and closes. The round trip is worth having also where nothing is
   * owed: a server that ends at this moment is noticed by it, and the client writes to no socket that has ended.
   */
  async close(timeoutMs = 2000): Promise<void> {
    if (this.#closing.signal.aborted) return;
    if (this.isConnected()) await this.call("flush", ({ nc }) => nc.flush(), timeoutMs).catch(() => undefined);
    this.#closing.abort();
    this.#down();
    await this.#nc?.close();
  }

  async #dialUntilConnected(): Promise<void> {
    const diagnose = remembered((error) => diagnosed(this.settings, error));
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

  /** A refused reconnect says only "Authorization Violation": what it means for these credentials is added. */
  #onError(error: Error): void {
    if (!isAuthFailure(error)) {
      this.problem("use the bus", error);
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
    setMaxListeners(0, this.#loss.signal); // every reading under way is one
    this.#live = { nc, js: jetstream(nc, { ...options }), jsm, lost: this.#loss.signal };
    this.#subscriptions.retryRefused();
    for (const callback of this.#connectCallbacks) callback();
  }

  #down(): void {
    if (this.#live === undefined) return;
    this.#live = undefined;
    this.#loss.abort();
    this.#calls.cut();
    for (const callback of this.#disconnectCallbacks) callback();
  }
}

/** Asks again only for another message than last time, so that a server that fails is not probed at every attempt. */
function remembered(diagnose: (error: unknown) => Promise<unknown>): (error: unknown) => Promise<unknown> {
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
