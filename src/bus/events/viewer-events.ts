/**
 * Reads events with a viewer's permissions: from the viewer's own position in the stream, which the server stores. Events
 * are acknowledged and not delivered again, so each read starts where the last one ended.
 */
import type { JsMsg } from "@nats-io/jetstream";
import { EVENT_STREAM } from "../../schemas/wire/buckets.ts";
import { eventCodec } from "../../schemas/wire/codec.ts";
import type { McpEvent } from "../../schemas/wire/event.ts";
import type { Connection } from "../connection/connection.ts";
import type { EventQuery } from "../ports/operator-bus.ts";

const BATCH = 256;
/** Without a new event for this long, the end is reached. */
const WAIT_MS = 1_000;

/** @throws McpError as Connection.call */
export async function* readOwnEvents(
  connection: Connection,
  name: string,
  { query, signal }: { readonly query: EventQuery; readonly signal: AbortSignal },
): AsyncGenerator<McpEvent> {
  const consumer = await connection.call("find your position in the events", ({ js }) =>
    js.consumers.get(EVENT_STREAM, name),
  );
  while (!signal.aborted) {
    const batch = await consumer.fetch({ max_messages: BATCH, expires: WAIT_MS });
    let taken = 0;
    for await (const message of batch) {
      taken += 1;
      const event = decoded(connection, message);
      if (event !== undefined && matches(query, event)) yield event;
      message.ack();
    }
    if (taken === 0 && !query.follow) return;
  }
}

function decoded(connection: Connection, message: JsMsg): McpEvent | undefined {
  try {
    return eventCodec.decode(message.data);
  } catch (error) {
    connection.problem("read an event", error);
    return undefined;
  }
}

function matches({ node, service, kind, severity, sinceMs }: EventQuery, event: McpEvent): boolean {
  return (
    (node === undefined || event.node === node) &&
    (service === undefined || event.service === service) &&
    (kind === undefined || event.kind === kind) &&
    (severity === undefined || event.severity === severity) &&
    (sinceMs === undefined || Date.parse(event.at) >= sinceMs)
  );
}
