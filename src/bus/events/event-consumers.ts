/**
 * Durable consumers of the event stream: named positions that the server stores, each for one external program. The server
 * delivers an event again until the program acknowledges it, without a limit.
 */
import { AckPolicy, type ConsumerInfo, DeliverPolicy, JetStreamApiCodes, JetStreamApiError } from "@nats-io/jetstream";
import { nanos } from "@nats-io/nats-core";
import { EVENT_STREAM } from "../../schemas/wire/buckets.ts";
import { present } from "../../values/present.ts";
import type { Connection } from "../connection/connection.ts";
import type { EventConsumer, NewEventConsumer } from "../ports/operator-bus.ts";

/** An event that is not acknowledged by then is delivered again. */
const ACK_WAIT_MS = 30_000;

/**
 * Creates the consumer, or changes the filters of an existing one.
 * @throws McpError E_REFUSED, E_BUS_UNPROVISIONED, as Connection.call
 */
export async function putEventConsumer(
  connection: Connection,
  { name, filters, fromNow }: NewEventConsumer,
): Promise<void> {
  const filter = { filter_subjects: [...filters] };
  const exists = (await consumerInfo(connection, name)) !== undefined;
  await connection.call(`create consumer ${name}`, ({ jsm }) =>
    exists
      ? jsm.consumers.update(EVENT_STREAM, name, filter)
      : jsm.consumers.add(EVENT_STREAM, {
          durable_name: name,
          ...filter,
          deliver_policy: fromNow === true ? DeliverPolicy.New : DeliverPolicy.All,
          ack_policy: AckPolicy.Explicit,
          ack_wait: nanos(ACK_WAIT_MS),
        }),
  );
}

/** Durable consumers only, not the short-lived ones of commands that read events. @throws McpError as Connection.call */
export async function listEventConsumers(connection: Connection): Promise<EventConsumer[]> {
  return connection.call("list the consumers of events", async ({ jsm }) => {
    const found: EventConsumer[] = [];
    for await (const info of jsm.consumers.list(EVENT_STREAM)) {
      if (info.config.durable_name !== undefined) found.push(consumerOf(info));
    }
    return found.sort((a, b) => (a.name < b.name ? -1 : 1));
  });
}

/** Does nothing if the consumer does not exist. @throws McpError as Connection.call */
export async function removeEventConsumer(connection: Connection, name: string): Promise<void> {
  await connection.call(`remove consumer ${name}`, async ({ jsm }) => {
    try {
      await jsm.consumers.delete(EVENT_STREAM, name);
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  });
}

function consumerInfo(connection: Connection, name: string): Promise<ConsumerInfo | undefined> {
  return connection.call(`read consumer ${name}`, async ({ jsm }) => {
    try {
      return await jsm.consumers.info(EVENT_STREAM, name);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  });
}

const isMissing = (error: unknown) =>
  error instanceof JetStreamApiError && error.code === JetStreamApiCodes.ConsumerNotFound;

function consumerOf({ name, config, num_pending, num_ack_pending, ack_floor }: ConsumerInfo): EventConsumer {
  const { filter_subject, filter_subjects } = config;
  return {
    name,
    filters: filter_subjects ?? (filter_subject === undefined ? [] : [filter_subject]),
    waiting: num_pending,
    unacknowledged: num_ack_pending,
    ...present({ lastActiveAt: timeOf(ack_floor.last_active) }),
  };
}

/** The client's types say nanoseconds; the server sends an RFC 3339 time. */
function timeOf(given: unknown): string | undefined {
  return typeof given === "string" ? new Date(given).toISOString() : undefined;
}
