/**
 * Many requests one after another, several under way, each with one answer: what a transfer of chunks is made of. They
 * share an inbox of their own and a ring of slots. (The client's own requests keep every answer reachable for a while:
 * for chunks that is 100 MB of garbage which only full collections find, and half of the processor time.)
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
  /** What the requests are for, as a phrase for errors. */
  readonly what: string;
  /** For one answer. */
  readonly timeoutMs: number;
  /** Ends the line, and what is under way with its reason. */
  readonly signal: AbortSignal;
}

interface Slot {
  readonly serial: number;
  readonly sentMs: number;
  settle(answer: PipelineAnswer): void;
}

/** More than may ever be under way. */
const SLOTS = 32;
const CHECK_EVERY_MS = 1_000;

export class RequestPipeline {
  readonly #link: Connection;
  readonly #options: PipelineOptions;
  readonly #inbox: string;
  readonly #slots: (Slot | undefined)[] = new Array<Slot | undefined>(SLOTS).fill(undefined);
  readonly #over = new AbortController();
  #serial = 0;

  constructor(link: Connection, options: PipelineOptions) {
    this.#link = link;
    this.#options = options;
    this.#inbox = `${link.settings.inboxPrefix}.${randomUUID().replaceAll("-", "")}`;
    const signal = AbortSignal.any([options.signal, this.#over.signal]);
    link.subscribe(`${this.#inbox}.*`, (message) => this.#take(message), signal);
    link.onDisconnect(() => this.#failOlderThan(0, new errors.ConnectionError("the connection was lost")), signal);
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
      return { message: await this.#link.call(what, ({ nc }) => nc.request(subject, data, options), timeoutMs) };
    } catch (error) {
      return { error };
    }
  }

  #requestByInbox({ subject, data, headers }: PipelineRequest, serial: number): Promise<PipelineAnswer> {
    return new Promise((settle) => {
      try {
        this.#options.signal.throwIfAborted();
        const { nc } = this.#link.requireConnected(this.#options.what);
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
