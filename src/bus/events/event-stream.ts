/**
 * Replays and follows events. If a reading breaks (server lost, consumer removed), the next one starts after the last event
 * that was yielded, so a follower sees neither gaps nor duplicates. If the stream was restored to an older state, it starts
 * by time and skips known ids.
 */
import { setTimeout as delay } from "node:timers/promises";
import { errors } from "@nats-io/nats-core";
import { EVENT_STREAM } from "../../schemas/wire/buckets.ts";
import { eventCodec } from "../../schemas/wire/codec.ts";
import type { McpEvent } from "../../schemas/wire/event.ts";
import { eventFilter, parseEventSubject } from "../../schemas/wire/subjects.ts";
import { hasCode, McpError } from "../../values/error.ts";
import type { Connection } from "../connection/connection.ts";
import { busError } from "../connection/nats-errors.ts";
import type { StoredMessage } from "../kv/direct-get.ts";
import { openReading, type ReadFrom, type Reading, storedMessage } from "../kv/stream-reader.ts";
import type { EventQuery } from "../ports/operator-bus.ts";
import { startOfLast } from "./event-start.ts";

/** Pause before a new reading: a server accepts connections before its streams are ready. */
const RETRY_MS = 250;
/** More events than can share one millisecond, the precision of a start by time. */
const REMEMBERED_IDS = 1000;

interface Replay {
  readonly connection: Connection;
  readonly query: EventQuery;
  readonly filter: string;
  readonly signal: AbortSignal;
  /** The last message that was yielded, and the ids of the last ones. */
  last: StoredMessage | undefined;
  readonly ids: Set<string>;
}

/** @throws McpError as Connection.call; with `follow` only if the first reading fails or permission is missing */
export async function* readEvents(
  connection: Connection,
  query: EventQuery,
  signal: AbortSignal,
): AsyncGenerator<McpEvent> {
  const filter = eventFilter(query);
  const replay: Replay = { connection, query, filter, signal, last: undefined, ids: new Set() };
  for (let hasBegun = false; !signal.aborted; ) {
    try {
      const from = await startOf(replay);
      const reading = await openReading(connection, { stream: EVENT_STREAM, filter, from });
      hasBegun = true;
      yield* eventsOf(replay, reading);
      if (!query.follow) return;
    } catch (error) {
      if (signal.aborted) return;
      if (!query.follow || !hasBegun || hasCode(error, "E_REFUSED")) throw error;
    }
    await delay(RETRY_MS, undefined, { signal }).catch(() => undefined);
    await connection.whenConnected(signal);
  }
}

async function startOf({ connection, query, filter, last }: Replay): Promise<ReadFrom> {
  if (last !== undefined) return resumeAfter(connection, last);
  if (query.last !== undefined) return startOfLast(connection, filter, query.last);
  return query.sinceMs === undefined ? { start: "first" } : { start: "time", timeMs: query.sinceMs };
}

/** By sequence if the stream still holds that message there, otherwise (restored or expired) by its time. */
async function resumeAfter(connection: Connection, { revision, storedMs }: StoredMessage): Promise<ReadFrom> {
  const there = await connection.call("resume the events", ({ jsm }) =>
    jsm.streams.getMessage(EVENT_STREAM, { seq: revision }),
  );
  return there?.time.getTime() === storedMs
    ? { start: "sequence", sequence: revision + 1 }
    : { start: "time", timeMs: storedMs };
}

async function* eventsOf(replay: Replay, reading: Reading): AsyncGenerator<McpEvent> {
  const { connection, query, ids } = replay;
  const keep = replay.last === undefined ? query.last : undefined;
  const messages = messagesOf(replay, reading);
  for await (const message of keep === undefined ? messagesOnly(messages) : lastOf(messages, keep)) {
    replay.last = message;
    const event = decoded(connection, message);
    if (event === undefined || ids.has(event.id) || message.storedMs < (query.sinceMs ?? 0)) continue;
    remember(ids, event.id);
    yield event;
  }
}

interface Delivered {
  readonly message: StoredMessage;
  /** True if more messages follow that were stored before the reading began. */
  readonly moreStored: boolean;
}

async function* messagesOf({ query, signal }: Replay, { count, messages }: Reading): AsyncGenerator<Delivered> {
  const stop = () => messages.stop();
  signal.addEventListener("abort", stop, { once: true });
  try {
    if (signal.aborted || (count === 0 && !query.follow)) return;
    let delivered = 0;
    for await (const message of messages) {
      if (signal.aborted || message.info.deliverySequence !== ++delivered) return;
      const moreStored = delivered < count && message.info.pending > 0;
      yield { message: storedMessage(message), moreStored };
      if (!moreStored && !query.follow) return;
    }
    if (!query.follow && !signal.aborted) throw busError("read the events to the end", new errors.TimeoutError());
  } finally {
    signal.removeEventListener("abort", stop);
    messages.stop();
  }
}

async function* messagesOnly(delivered: AsyncGenerator<Delivered>): AsyncGenerator<StoredMessage> {
  for await (const { message } of delivered) yield message;
}

/** Of the stored messages only the last `keep`, then every new one. */
async function* lastOf(delivered: AsyncGenerator<Delivered>, keep: number): AsyncGenerator<StoredMessage> {
  const tail: StoredMessage[] = [];
  for await (const { message, moreStored } of delivered) {
    tail.push(message);
    if (tail.length > Math.max(keep, 1)) tail.shift();
    if (!moreStored) yield* tail.splice(0);
  }
}

function decoded(connection: Connection, { subject, data }: StoredMessage): McpEvent | undefined {
  try {
    const event = eventCodec.decode(data);
    if (event.node === parseEventSubject(subject)?.node) return event;
    throw new McpError("E_INVALID_MESSAGE", `the event on ${subject} names node ${event.node}`);
  } catch (error) {
    connection.problem("read an event", error);
    return undefined;
  }
}

function remember(ids: Set<string>, id: string): void {
  ids.add(id);
  const [oldest] = ids;
  if (ids.size > REMEMBERED_IDS && oldest !== undefined) ids.delete(oldest);
}
