/** Implements OperatorBus over NATS. The folders next to this file do the work. */

import { DESIRED_BUCKET } from "../schemas/wire/buckets.ts";
import type { NodeName } from "../values/names.ts";
import { present } from "../values/present.ts";
import type { Connection } from "./connection/connection.ts";
import type { Signing } from "./connection/signing.ts";
import { listEventConsumers, putEventConsumer, removeEventConsumer } from "./events/event-consumers.ts";
import { readEvents } from "./events/event-stream.ts";
import { streamTime } from "./kv/bucket-list.ts";
import { writeManyDesired } from "./kv/desired-batch.ts";
import { listDesired, listWithJunk, readDesired, readDesiredBucket, readJunk } from "./kv/desired-bucket.ts";
import { writeDesired } from "./kv/desired-writes.ts";
import { BY_SHAPE, type ValidityRules, validHistory } from "./kv/newest-valid.ts";
import { listNodes, listPresence, readNode, readPresence, removeNode, writeNode } from "./kv/node-buckets.ts";
import { followObserved, listObserved, readObserved } from "./kv/observed-bucket.ts";
import { putEvent } from "./kv/publish-with-ack.ts";
import { readRevocations, writeRevocations } from "./kv/revocations.ts";
import type { ConnectionWatch, OperatorBus, OperatorFiles, ServerFacts, StoredDesired } from "./ports/operator-bus.ts";
import { ask } from "./requests/request-client.ts";

/** The bus of one operator over a connection; closing the bus closes the connection. */
export function natsOperatorBus(
  connection: Connection,
  signing: Signing,
  validity: ValidityRules = BY_SHAPE,
): OperatorBus {
  const reader = { connection, validity };
  const signed = ({ document, revision }: StoredDesired) => ({ document: signing.document(document), revision });
  return {
    author: signing.author,
    watchConnection: (watch) => watchConnection(connection, watch),
    facts: () => serverFacts(connection),
    readDesired: (node, service) => readDesired(reader, { node, service }),
    listDesired: (filter) => listDesired(reader, filter),
    listAllDesired: () => listWithJunk(reader),
    readJunk: (node, service) => readJunk(reader, { node, service }),
    historyOf: (node, service) => validHistory(connection, validity, { node, service }),
    writeDesired: (document, revision) => writeDesired(connection, signing.document(document), revision),
    readDesiredBucket: () => readDesiredBucket(reader),
    writeManyDesired: (batch) => writeManyDesired(connection, { ...batch, writes: batch.writes.map(signed) }),
    readObserved: (node, service) => readObserved(connection, { node, service }),
    listObserved: () => listObserved(connection),
    followObserved: (node, service, signal) => followObserved(connection, { node, service }, signal),
    readPresence: (node) => readPresence(connection, node),
    listPresence: () => listPresence(connection),
    listNodes: () => listNodes(connection),
    readNode: (node) => readNode(connection, node),
    writeNode: (record, revision) => writeNode(connection, record, revision),
    removeNode: (node) => removeNode(connection, node),
    readRevocations: () => readRevocations(connection),
    writeRevocations: (list, revision) => writeRevocations(connection, list, revision),
    publishEvent: (event) => putEvent(connection, event),
    events: (query, signal) => readEvents(connection, query, signal),
    listEventConsumers: () => listEventConsumers(connection),
    putEventConsumer: (consumer) => putEventConsumer(connection, consumer),
    removeEventConsumer: (name) => removeEventConsumer(connection, name),
    ask: (body, options) => ask(connection, body, { signing, ...options }),
    files: (node) => operatorFiles(connection, node),
    close: () => connection.close(),
  };
}

function watchConnection(connection: Connection, { onLost, onBack, signal }: ConnectionWatch): void {
  const state = { lost: false };
  connection.onDisconnect(() => {
    state.lost = true;
    onLost();
  }, signal);
  connection.onConnect(() => {
    if (state.lost) onBack();
    state.lost = false;
  }, signal);
}

/** These modules are loaded on demand: few commands transfer files. */
function operatorFiles(connection: Connection, node: NodeName): OperatorFiles {
  const bucket = () => import("./files/file-bucket.ts");
  return {
    write: async (object, source, signal) => {
      const { writeObject } = await import("./files/write-object.ts");
      return await writeObject(connection, { node, object, source, signal });
    },
    read: async function* (object, signal) {
      const { readByConsumer } = await import("./files/read-by-consumer.ts");
      yield* readByConsumer(connection, { node, object, signal });
    },
    discard: async (transfer) => (await bucket()).discardObject(connection, node, transfer),
    ensure: async () => (await bucket()).ensureBucket(connection, node),
    drop: async () => (await bucket()).dropBucket(connection, node),
    connected: (signal) => connection.whenConnected(signal),
  };
}

async function serverFacts(connection: Connection): Promise<ServerFacts> {
  const facts = await connection.call("measure the round trip to the bus", async ({ nc }) => {
    const rttMs = await nc.rtt();
    const { version = "", jetstream = false, max_payload: maxPayload = 0 } = nc.info ?? {};
    return { url: nc.getServer(), version, jetstream, maxPayload, rttMs };
  });
  if (!facts.jetstream) return facts;
  const serverTimeMs = await streamTime(connection, DESIRED_BUCKET).catch(() => undefined); // other checks report it
  return { ...facts, ...present({ serverTimeMs }) };
}
