/**
 * OperatorBus over NATS: gathers what the files beside it do, each for one noun.
 */

import { DESIRED_BUCKET } from "../schemas/wire/buckets.ts";
import type { NodeName } from "../values/names.ts";
import { present } from "../values/present.ts";
import type { Connection } from "./connection/connection.ts";
import type { Signing } from "./connection/signing.ts";
import { listEventConsumers, putEventConsumer, removeEventConsumer } from "./events/event-consumers.ts";
import { readEvents } from "./events/event-stream.ts";
import { serverTime } from "./kv/bucket-list.ts";
import { writeManyDesired } from "./kv/desired-batch.ts";
import { historyOf, listDesired, readDesired, readDesiredBucket } from "./kv/desired-bucket.ts";
import { writeDesired } from "./kv/desired-writes.ts";
import { listNodes, listPresence, readNode, readPresence, removeNode, writeNode } from "./kv/node-buckets.ts";
import { followObserved, listObserved, readObserved } from "./kv/observed-bucket.ts";
import { putEvent } from "./kv/publish-with-ack.ts";
import { readRevocations, writeRevocations } from "./kv/revocations.ts";
import type { ConnectionWatch, OperatorBus, OperatorFiles, ServerFacts, StoredDesired } from "./ports/operator-bus.ts";
import { ask } from "./requests/request-client.ts";

/** The bus of one operator over a link; closing the bus closes the link. */
export function natsOperatorBus(link: Connection, signing: Signing): OperatorBus {
  const signed = ({ document, revision }: StoredDesired) => ({ document: signing.document(document), revision });
  return {
    author: signing.author,
    watchConnection: (watch) => watchConnection(link, watch),
    facts: () => serverFacts(link),
    readDesired: (node, service) => readDesired(link, node, service),
    listDesired: (filter) => listDesired(link, filter),
    historyOf: (node, service) => historyOf(link, node, service),
    writeDesired: (document, revision) => writeDesired(link, signing.document(document), revision),
    readDesiredBucket: () => readDesiredBucket(link),
    writeManyDesired: (batch) => writeManyDesired(link, { ...batch, writes: batch.writes.map(signed) }),
    readObserved: (node, service) => readObserved(link, { node, service }),
    listObserved: () => listObserved(link),
    followObserved: (node, service, signal) => followObserved(link, { node, service }, signal),
    readPresence: (node) => readPresence(link, node),
    listPresence: () => listPresence(link),
    listNodes: () => listNodes(link),
    readNode: (node) => readNode(link, node),
    writeNode: (record, revision) => writeNode(link, record, revision),
    removeNode: (node) => removeNode(link, node),
    readRevocations: () => readRevocations(link),
    writeRevocations: (list, revision) => writeRevocations(link, list, revision),
    publishEvent: (event) => putEvent(link, event),
    events: (query, signal) => readEvents(link, query, signal),
    listEventConsumers: () => listEventConsumers(link),
    putEventConsumer: (consumer) => putEventConsumer(link, consumer),
    removeEventConsumer: (name) => removeEventConsumer(link, name),
    ask: (body, options) => ask(link, body, { signing, ...options }),
    files: (node) => operatorFiles(link, node),
    close: () => link.close(),
  };
}

function watchConnection(link: Connection, { onLost, onBack, signal }: ConnectionWatch): void {
  const state = { lost: false };
  link.onDisconnect(() => {
    state.lost = true;
    onLost();
  }, signal);
  link.onConnect(() => {
    if (state.lost) onBack();
    state.lost = false;
  }, signal);
}

/** Loaded by the few commands that move files. */
function operatorFiles(link: Connection, node: NodeName): OperatorFiles {
  const bucket = () => import("./files/file-bucket.ts");
  return {
    write: async (object, source, signal) => {
      const { writeObject } = await import("./files/file-writer.ts");
      return await writeObject(link, { node, object, source, signal });
    },
    read: async function* (object, signal) {
      const { readByConsumer } = await import("./files/file-consumer.ts");
      yield* readByConsumer(link, { node, object, signal });
    },
    discard: async (transfer) => (await bucket()).discardObject(link, node, transfer),
    ensure: async () => (await bucket()).ensureBucket(link, node),
    drop: async () => (await bucket()).dropBucket(link, node),
    connected: (signal) => link.whenConnected(signal),
  };
}

async function serverFacts(link: Connection): Promise<ServerFacts> {
  const facts = await link.call("measure the bus", async ({ nc }) => {
    const rttMs = await nc.rtt();
    const { version = "", jetstream = false, max_payload: maxPayload = 0 } = nc.info ?? {};
    return { url: nc.getServer(), version, jetstream, maxPayload, rttMs };
  });
  if (!facts.jetstream) return facts;
  const serverTimeMs = await serverTime(link, DESIRED_BUCKET).catch(() => undefined); // other checks tell why
  return { ...facts, ...present({ serverTimeMs }) };
}
