/**
 * The login exchange on the bus: receives sealed requests, which are shared among all instances, and sends the answers.
 * Anybody may send requests, so those beyond a limit are dropped unread.
 */
import { setTimeout as delay } from "node:timers/promises";
import type { Msg } from "@nats-io/nats-core";
import { AUTH_QUEUE } from "../../schemas/wire/rights.ts";
import { loginSubject } from "../../schemas/wire/subjects.ts";
import { Connection, type OnProblem } from "../connection/connection.ts";
import { busError } from "../connection/nats-errors.ts";
import type { BusSettings } from "../connection/settings.ts";

/** The exchange sends no requests itself, so nothing arrives here. */
const INBOX = "_INBOX_auth";
/** A request is a token and two keys. */
const MAX_REQUEST_BYTES = 16 * 1024;
const MAX_UNDER_WAY = 64;
const LAST_ANSWERS_MS = 5_000;

export interface ExchangeServer {
  isConnected(): boolean;
  onConnect(callback: () => void, signal?: AbortSignal): void;
  /** Waits for the answers in progress (at most 5 s), then closes. */
  close(): Promise<void>;
}

export interface ExchangeServerOptions {
  /** The answer to a request; undefined: send none. Never rejects. */
  answer(request: Uint8Array): Promise<Uint8Array | undefined>;
  /** Called for each request that is dropped unread. */
  onDropped(reason: "too long" | "too many"): void;
  readonly onProblem: OnProblem;
}

/** Returns at once; connects in the background and retries for ever. */
export function serveExchange(
  settings: Omit<BusSettings, "name" | "inboxPrefix">,
  options: ExchangeServerOptions,
): ExchangeServer {
  const connection = Connection.connecting({ ...settings, name: AUTH_QUEUE, inboxPrefix: INBOX }, options.onProblem);
  const stop = new AbortController();
  const underWay = new Set<Promise<void>>();
  const take = (message: Msg) => {
    if (message.data.length > MAX_REQUEST_BYTES) return options.onDropped("too long");
    if (underWay.size >= MAX_UNDER_WAY) return options.onDropped("too many");
    const work = answered(message, options);
    underWay.add(work);
    void work.finally(() => underWay.delete(work));
  };
  connection.subscribe({ subject: loginSubject, queue: AUTH_QUEUE }, take, stop.signal);
  return {
    isConnected: () => connection.isConnected(),
    onConnect: (callback, signal) => connection.onConnect(callback, signal),
    close: async () => {
      stop.abort();
      await Promise.race([Promise.all(underWay), delay(LAST_ANSWERS_MS, undefined, { ref: false })]);
      await connection.close();
    },
  };
}

async function answered(message: Msg, { answer, onProblem }: ExchangeServerOptions): Promise<void> {
  const bytes = await answer(message.data);
  if (bytes === undefined) return;
  try {
    message.respond(bytes);
  } catch (error) {
    onProblem(busError("answer a login", error)); // the connection is lost; the client tries again
  }
}
