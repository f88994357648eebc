/**
 * Reads one object with an operator's permissions: a pull consumer with a small window, reopened after the last message
 * that was seen if the connection is lost.
 */
import type { JsMsg } from "@nats-io/jetstream";
import type { Connection } from "../connection/connection.ts";
import { openReading, type StreamRange } from "../kv/stream-reader.ts";
import { subjectsOf } from "./file-bucket.ts";
import { ChunkOrder } from "./file-chunks.ts";
import { Purger } from "./purger.ts";
import type { ObjectRead } from "./read-by-gets.ts";
import { ResumePolicy } from "./resume-policy.ts";

/** 4.4 MiB in flight. */
const WINDOW = 5;

/** Implements `FileBucket.read`. */
export async function* readByConsumer(
  connection: Connection,
  { node, object, signal }: ObjectRead,
): AsyncGenerator<Uint8Array> {
  const { stream, chunks: filter } = subjectsOf(node, object.transfer);
  const order = new ChunkOrder(object.size);
  const retry = new ResumePolicy(connection, `receive ${object.description}`, signal);
  const purger = new Purger(connection, { stream, filter });
  const seen = { sequence: 0 };
  try {
    while (!order.isComplete) {
      const from = { start: "sequence", sequence: seen.sequence + 1 } as const;
      try {
        for await (const message of messagesOf(connection, { stream, filter, from, window: WINDOW }, signal)) {
          seen.sequence = message.seq;
          const data = order.take(message.headers, message.data);
          if (data === undefined) continue;
          retry.progressed();
          yield data;
          purger.take(message.seq, data.length);
          if (order.isComplete) return;
        }
        await retry.pause();
      } catch (error) {
        await retry.pause(error);
      }
    }
  } finally {
    purger.end();
  }
}

/** Ends when the connection is lost, the server has dropped the consumer, or `signal` aborts. @throws as openReading */
async function* messagesOf(connection: Connection, range: StreamRange, signal: AbortSignal): AsyncGenerator<JsMsg> {
  const { messages } = await openReading(connection, range);
  const stop = () => messages.stop();
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop, { once: true });
  try {
    yield* messages;
  } finally {
    signal.removeEventListener("abort", stop);
    stop();
  }
}
