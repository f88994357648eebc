/**
 * Many requests in order, several under way, each with one answer, for the transfer of chunks. They
 * share one inbox and a ring of slots. (The NATS client's own requests keep every answer in memory for some time:
 * for chunks that is 100 MB of garbage that only full collections free, and half of the CPU time.)
 */
import { randomUUID } from "node:crypto";
import { errors, type Msg, type MsgHdrs } from "@nats-io/nats-core";
import type { Connection } from "../connection/connection.ts";
import { busError } from "../connection/nats-errors.ts";

export interface PipelineRequest {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly headers?: MsgHdrs;
}

export type PipelineAnswer = { readonly message: Msg } | { readonly error: unknown };

export interface PipelineOptions {
  /** The purpose of the requests, as a phrase for errors. */
  readonly what: string;
  /** Timeout of one answer. */
  readonly timeoutMs: number;
  /** Ends the pipeline; requests under way fail with its reason. */
  readonly signal: AbortSignal;
}

interface Slot {
  readonly serial: number;
  readonly sentMs: number;
  settle(answer: PipelineAnswer): void;
}

/** More than can be under way. */
const SLOTS = 32;
const CHECK_EVERY_MS = 1_000;

export class RequestPipeline {
  readonly #connection: Connection;
  readonly #options: PipelineOptions;
  readonly #inbox: string;
  readonly #slots: (Slot | undefined)[] = new Array<Slot | undefined>(SLOTS).fill(undefined);
  readonly #over = new AbortController();
  #serial = 0;

  constructor(connection: Connection, options: PipelineOptions) {
    this.#connection = connection;
    this.#options = options;
    this.#inbox = `${connection.settings.inboxPrefix}.${randomUUID().replaceAll("-", "")}`;
    const signal = AbortSignal.any([options.signal, this.#over.signal]);
    connection.subscribe(`${this.#inbox}.*`, (message) => this.#take(message), signal);
    connection.onDisconnect(
      () => this.#failOlderThan(0, new errors.ConnectionError("the connection was lost")),
      signal,
    );
    const timer = setInterval(() => this.#failOlderThan(options.timeoutMs, new errors.TimeoutError()), CHECK_EVERY_MS);
    const end = () => {
      clearInterval(timer);
      this.#failOlderThan(0, signal.reason);
    };
    if (signal.aborted) end();
    else signal.addEventListener("abort", end, { once: true });
  }

  /** Never rejects. */
  async request(request: PipelineRequest): Promise<PipelineAnswer> {
    this.#serial += 1;
    // The client's own request reports a missing permission at once; one is enough.
    return this.#serial === 1
      ? await this.#requestByClient(request)
      : await this.#requestByInbox(request, this.#serial);
  }

  close(): void {
    this.#over.abort();
  }

  async #requestByClient({ subject, data, headers }: PipelineRequest): Promise<PipelineAnswer> {
    const { what, timeoutMs } = this.#options;
    const options = { timeout: timeoutMs, ...(headers === undefined ? {} : { headers }) };
    try {
      return { message: await this.#connection.call(what, ({ nc }) => nc.request(subject, data, options), timeoutMs) };
    } catch (error) {
      return { error };
    }
  }

  #requestByInbox({ subject, data, headers }: PipelineRequest, serial: number): Promise<PipelineAnswer> {
    return new Promise((settle) => {
      try {
        this.#options.signal.throwIfAborted();
        const { nc } = this.#connection.requireConnected(this.#options.what);
        const options = { reply: `${this.#inbox}.${serial}`, ...(headers === undefined ? {} : { headers }) };
        this.#slots[serial % SLOTS] = { serial, sentMs: performance.now(), settle };
        nc.publish(subject, data, options);
      } catch (error) {
        this.#slots[serial % SLOTS] = undefined;
        settle({ error: busError(this.#options.what, error) });
      }
    });
  }

  #take(message: Msg): void {
    const serial = Number(message.subject.slice(this.#inbox.length + 1));
    const slot = this.#slots[serial % SLOTS];
    if (slot?.serial !== serial) return;
    this.#slots[serial % SLOTS] = undefined;
    const hasNoResponder = message.data.length === 0 && message.headers?.code === 503;
    if (!hasNoResponder) slot.settle({ message });
    else slot.settle({ error: busError(this.#options.what, new errors.NoRespondersError(message.subject)) });
  }

  #failOlderThan(ageMs: number, cause: unknown): void {
    const limitMs = performance.now() - ageMs;
    for (const [index, slot] of this.#slots.entries()) {
      if (slot === undefined || slot.sentMs > limitMs) continue;
      this.#slots[index] = undefined;
      slot.settle({ error: busError(this.#options.what, cause) });
    }
  }
}
