/**
 * Reads a range of a stream with a short-lived pull consumer. Creating it takes one round trip, which also returns the
 * number of messages and the server's time; then messages arrive as fast as the caller takes them. The server removes an
 * unused consumer by itself. Only operators may do this: nodes have no permission to create consumers.
 */
import { randomUUID } from "node:crypto";
import {
  AckPolicy,
  type ConsumerConfig,
  type ConsumerInfo,
  type ConsumerMessages,
  DeliverPolicy,
  type JsMsg,
} from "@nats-io/jetstream";
import { errors, nanos } from "@nats-io/nats-core";
import type { Connection, Live } from "../connection/connection.ts";
import { marksDeletion, type StoredMessage } from "./direct-get.ts";

export type ReadFrom =
  | { readonly start: "first" }
  | { readonly start: "last-per-subject" }
  | { readonly start: "sequence"; readonly sequence: number }
  | { readonly start: "time"; readonly timeMs: number };

export interface StreamRange {
  readonly stream: string;
  /** A subject with wildcards. */
  readonly filter: string;
  readonly from: ReadFrom;
  /** Messages in flight; fewer than WINDOW if they are large. */
  readonly window?: number;
}

export interface Reading {
  /** Number of messages in the range when the read began. */
  readonly count: number;
  readonly serverTimeMs: number;
  /** Ends if the connection is lost or the server removed the consumer. The caller then opens a new reading. */
  readonly messages: ConsumerMessages;
}

/** The server removes a consumer that was not used for this long. */
const UNUSED_MS = 15_000;
/** Messages in flight; bounds memory. */
const WINDOW = 512;
/** For the newest message of every key: usually all at once. With smaller windows, keys that are rewritten during the read could stay ahead of it. */
const KEYS_WINDOW = 2_048;
/** A pull request is renewed this often. Two missed heartbeats mean that the consumer is gone. */
const PULL_MS = 10_000;
const HEARTBEAT_MS = 2_500;
/** Deadline of a whole list. */
const LIST_TIMEOUT_MS = 20_000;

const FATAL_STATUSES = new Set(["heartbeats_missed", "consumer_deleted", "consumer_not_found", "no_responders"]);

const isNewestOnly = ({ from }: StreamRange) => from.start === "last-per-subject";

function consumerConfig({ filter, from }: StreamRange): Partial<ConsumerConfig> {
  return {
    name: `mcp_${randomUUID().replaceAll("-", "")}`,
    filter_subject: filter,
    ack_policy: AckPolicy.None,
    inactive_threshold: nanos(UNUSED_MS),
    mem_storage: true,
    num_replicas: 1,
    ...startOf(from),
  };
}

function startOf(from: ReadFrom): Partial<ConsumerConfig> {
  switch (from.start) {
    case "first":
      return { deliver_policy: DeliverPolicy.All };
    case "last-per-subject":
      return { deliver_policy: DeliverPolicy.LastPerSubject };
    case "sequence":
      return { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: from.sequence };
    case "time":
      return { deliver_policy: DeliverPolicy.StartTime, opt_start_time: new Date(from.timeMs).toISOString() };
  }
}

/** The number of messages in the range now, in one round trip. @throws McpError as Connection.call */
export async function countRange(connection: Connection, range: StreamRange): Promise<number> {
  return (await connection.call(`read ${range.stream}`, (live) => countNow(live, range))).num_pending;
}

function countNow({ jsm }: Live, range: StreamRange): Promise<ConsumerInfo> {
  return jsm.consumers.add(range.stream, { ...consumerConfig(range), inactive_threshold: nanos(PULL_MS) });
}

/** Opens a reading. The caller must stop its `messages`. @throws McpError as Connection.call */
export function openReading(connection: Connection, range: StreamRange): Promise<Reading> {
  return connection.call(`read ${range.stream}`, (live) => open(live, range));
}

async function open(live: Live, range: StreamRange): Promise<Reading> {
  const info = await live.jsm.consumers.add(range.stream, consumerConfig(range));
  const consumer = live.js.consumers.getConsumerFromInfo(info);
  const pulling = {
    max_messages: range.window ?? (isNewestOnly(range) ? KEYS_WINDOW : WINDOW),
    expires: PULL_MS,
    idle_heartbeat: HEARTBEAT_MS,
    bind: true,
  };
  const messages = await consumer.consume(pulling);
  const stop = () => messages.stop();
  live.lost.addEventListener("abort", stop);
  void messages.closed().then(() => live.lost.removeEventListener("abort", stop));
  void stopOnFatalStatus(messages);
  return { count: info.num_pending, serverTimeMs: Date.parse(info.ts ?? info.created), messages };
}

async function stopOnFatalStatus(messages: ConsumerMessages): Promise<void> {
  for await (const { type } of messages.status()) if (FATAL_STATUSES.has(type)) messages.stop();
}

export function storedMessage(message: JsMsg): StoredMessage {
  const { streamSequence, timestampNanos } = message.info;
  return {
    subject: message.subject,
    data: message.data,
    revision: streamSequence,
    storedMs: Math.floor(timestampNanos / 1e6),
    deleted: marksDeletion(message.headers),
  };
}

export interface StoredList {
  /** In stream order. */
  readonly messages: StoredMessage[];
  readonly serverTimeMs: number;
}

/**
 * Reads the whole range, until nothing is pending. Counting messages would not do: a key that is written during the read
 * arrives twice, so the count would be reached before the last keys arrive. If writers are as fast as this reader, pending
 * never becomes zero; the newest message of each key is then complete when every key has arrived.
 * @throws McpError as Connection.call
 */
export function readRange(connection: Connection, range: StreamRange): Promise<StoredList> {
  return connection.call(`read ${range.stream}`, (live) => readAll(live, range), LIST_TIMEOUT_MS);
}

/**
 * Returns a check to call after each message: is the range complete? With the newest message of every key, every key must
 * have arrived. nats-server 2.10 may report zero pending although keys that were rewritten during the read are still to
 * come, so the number of keys is requested again if the two disagree.
 */
function completeness(live: Live, range: StreamRange, count: number): (message: JsMsg) => Promise<boolean> {
  const keys = new Set<string>();
  return async ({ subject, info: { pending } }) => {
    const isCaughtUp = pending === 0;
    if (!isNewestOnly(range)) return isCaughtUp;
    keys.add(subject);
    const hasAll = keys.size >= count;
    if (isCaughtUp === hasAll) return hasAll;
    return keys.size >= (await countNow(live, range)).num_pending;
  };
}

async function readAll(live: Live, range: StreamRange): Promise<StoredList> {
  const { count, serverTimeMs, messages } = await open(live, range);
  const list: StoredMessage[] = [];
  const timer = setTimeout(() => messages.stop(), LIST_TIMEOUT_MS);
  try {
    if (count === 0) return { messages: list, serverTimeMs };
    const isComplete = completeness(live, range, count);
    for await (const message of messages) {
      list.push(storedMessage(message));
      if (await isComplete(message)) return { messages: list, serverTimeMs };
    }
    throw new errors.TimeoutError();
  } finally {
    clearTimeout(timer);
    messages.stop();
  }
}
