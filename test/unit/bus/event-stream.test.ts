/** A follower of events on a connection that loses messages and breaks. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsMsg } from "@nats-io/jetstream";
import type { Connection } from "../../../src/bus/connection/connection.ts";
import { readEvents } from "../../../src/bus/events/event-stream.ts";
import { McpError } from "../../../src/values/error.ts";
import { NOW_MS } from "../../helpers/builders.ts";
import { event } from "../../integration/bus-fixtures.ts";

/** Event `sequence` of the stream as the `delivery`th message of a reading. */
function message(sequence: number, delivery: number): JsMsg {
  const info = {
    ...{ streamSequence: sequence, deliverySequence: delivery, pending: 0 },
    timestampNanos: (NOW_MS + sequence) * 1_000_000,
  };
  const data = new TextEncoder().encode(JSON.stringify(event({ sequence, id: `event-${sequence}` })));
  return { subject: "mcp.v1.event.rift.warning.drift-opened._._", data, seq: sequence, info } as unknown as JsMsg;
}

/** A connection on which each new reading takes the next of these: its messages, or why it cannot be opened. */
function connectionOf(readings: (readonly JsMsg[] | McpError)[]): Connection {
  const opened = readings.values();
  const call = async (what: string) => {
    if (what === "resume the events") return undefined;
    const { value = [] } = opened.next();
    if (value instanceof McpError) throw value;
    const messages = {
      stop: () => undefined,
      [Symbol.asyncIterator]: async function* () {
        yield* value;
      },
    };
    return { count: value.length, serverTimeMs: NOW_MS, messages };
  };
  const link = { call, problem: assert.fail, whenConnected: async () => undefined };
  return link as unknown as Connection;
}

async function firstThree(connection: Connection): Promise<number[]> {
  const over = new AbortController();
  const sequences: number[] = [];
  for await (const { sequence } of readEvents(connection, { follow: true }, over.signal)) {
    sequences.push(sequence);
    if (sequences.length === 3) over.abort();
  }
  return sequences;
}

test("reads again from the last event when a message was lost on the way", async () => {
  const readings = [
    [message(1, 1), message(3, 3)],
    [message(2, 1), message(3, 2)],
  ];
  assert.deepEqual(await firstThree(connectionOf(readings)), [1, 2, 3]);
});

test("goes on after a reading that could not be opened again, and fails only when it cannot begin", async () => {
  const lost = new McpError("E_BUS_UNREACHABLE", "the server starts");
  const readings = [[message(1, 1)], lost, [message(2, 1), message(3, 2)]];
  assert.deepEqual(await firstThree(connectionOf(readings)), [1, 2, 3]);
  await assert.rejects(firstThree(connectionOf([lost])), lost);
});
