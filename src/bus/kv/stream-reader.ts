/**
 * Reads a range of a stream through a short-lived pull consumer: one round trip to make it, which also tells how much
 * there is and the server's time, then messages in windows that follow the reader's pace. The server removes the
 * consumer by itself soon after its last use. Operators only: nodes have no right to consumers.
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
  /** Messages on their way at once; fewer than WINDOW where they are large. */
  readonly window?: number;
}

export interface Reading {
  /** How many messages the range held when the reading began. */
  readonly count: number;
  readonly serverTimeMs: number;
  /** Ends when the connection is lost or the server forgot the consumer: the caller then begins a new reading. */
  readonly messages: ConsumerMessages;
}

/** Unused for this long, a consumer is removed by the server; also how long a lost reader costs it anything. */
const UNUSED_MS = 15_000;
/** Messages on their way at once, so that memory stays bounded. */
const WINDOW = 512;
/** For the newest of every key: mostly all at once. In windows, keys that are rewritten in turn could stay ahead of it. */
const KEYS_WINDOW = 2_048;
/** A pull is renewed this often; its heartbeat, missed twice, tells that the consumer is gone. */
const PULL_MS = 10_000;
const HEARTBEAT_MS = 2_500;
/** For a whole listing. */
const LIST_TIMEOUT_MS = 20_000;

const TROUBLE = new Set(["heartbeats_missed", "consumer_deleted", "consumer_not_found", "no_responders"]);

const isOfKeys = ({ from }: StreamRange) => from.start === "last-per-subject";

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

/** How many messages the range holds now: one round trip. @throws McpError as Connection.call */
export async function countRange(connection: Connection, range: StreamRange): Promise<number> {
  return (await connection.call(`read ${range.stream}`, (live) => countNow(live, range))).num_pending;
}

function countNow({ jsm }: Live, range: StreamRange): Promise<ConsumerInfo> {
  return jsm.consumers.add(range.stream, { ...consumerConfig(range), inactive_threshold: nanos(PULL_MS) });
}

/** Begins a reading; who calls it stops its `messages`. @throws McpError as Connection.call */
export function openReading(connection: Connection, range: StreamRange): Promise<Reading> {
  return connection.call(`read ${range.stream}`, (live) => open(live, range));
}

async function open(live: Live, range: StreamRange): Promise<Reading> {
  const info = await live.jsm.consumers.add(range.stream, consumerConfig(range));
  const consumer = live.js.consumers.getConsumerFromInfo(info);
  const pulling = {
    max_messages: range.window ?? (isOfKeys(range) ? KEYS_WINDOW : WINDOW),
    expires: PULL_MS,
    idle_heartbeat: HEARTBEAT_MS,
    bind: true,
  };
  const messages = await consumer.consume(pulling);
  const stop = () => messages.stop();
  live.lost.addEventListener("abort", stop);
  void messages.closed().then(() => live.lost.removeEventListener("abort", stop));
  void stopOnTrouble(messages);
  return { count: info.num_pending, serverTimeMs: Date.parse(info.ts ?? info.created), messages };
}

async function stopOnTrouble(messages: ConsumerMessages): Promise<void> {
  for await (const { type } of messages.status()) if (TROUBLE.has(type)) messages.stop();
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
  /** In the stream's order. */
  readonly messages: StoredMessage[];
  readonly serverTimeMs: number;
}

/**
 * The whole range as it is now: read until caught up, not until as many messages came as there were. Of a key that is
 * written meanwhile two come, and that many would be reached before keys whose newest is at the end. Where writers are as
 * quick as this reader it never catches up, and the newest of each key is had once every key there is has come.
 * @throws McpError as Connection.call
 */
export function readRange(connection: Connection, range: StreamRange): Promise<StoredList> {
  return connection.call(`read ${range.stream}`, (live) => readAll(live, range), LIST_TIMEOUT_MS);
}

/**
 * Tells after each message whether the range is complete. Of keys, every one must have come: servers of 2.10 may call a
 * reading caught up although keys that were rewritten under it are still to come. Their number is asked for again where
 * the two words disagree.
 */
function completeness(live: Live, range: StreamRange, count: number): (message: JsMsg) => Promise<boolean> {
  const keys = new Set<string>();
  return async ({ subject, info: { pending } }) => {
    const isCaughtUp = pending === 0;
    if (!isOfKeys(range)) return isCaughtUp;
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
