/**
 * The events of the stream, message by message, read with the client library alone. Our own reader drops an event whose id
 * it has seen, so it cannot show that an event is stored once.
 */
import assert from "node:assert/strict";
import { Connection } from "../../src/bus/connection/connection.ts";
import type { BusSettings } from "../../src/bus/connection/settings.ts";
import { EVENT_STREAM } from "../../src/schemas/wire/buckets.ts";
import type { McpEvent } from "../../src/schemas/wire/event.ts";

/** Every stored message, oldest first. @param settings of a client that may read the stream */
export async function storedEvents(settings: BusSettings): Promise<McpEvent[]> {
  const connection = await Connection.connected(settings, () => undefined);
  try {
    const events: McpEvent[] = [];
    for (let seq = 1; ; ) {
      const query = { seq, next_by_subj: ">" };
      const next = await connection.call("read a message", ({ jsm }) => jsm.direct.getMessage(EVENT_STREAM, query));
      if (next === null) return events;
      events.push(JSON.parse(Buffer.from(next.data).toString()) as McpEvent);
      seq = next.seq + 1;
    }
  } finally {
    await connection.close();
  }
}

/** Fails unless the node's events are stored once each, in the order of their sequence numbers, without a gap. */
export function assertOnceAndInOrder(events: readonly McpEvent[], node: string): void {
  const own = events.filter((event) => event.node === node);
  const first = own[0]?.sequence ?? 0;
  assert.ok(own.length > 0, `no event of ${node} is stored`);
  assert.deepEqual(
    own.map(({ sequence }) => sequence),
    own.map((_, index) => first + index),
  );
  assert.equal(new Set(own.map(({ id }) => id)).size, own.length, "an id is stored twice");
}
