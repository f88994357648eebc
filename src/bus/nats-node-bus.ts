/**
 * Implements NodeBus over NATS, with direct gets of literal keys, writes below the node's own subjects and plain
 * subscriptions. It needs no consumer, stream info or list of keys (test/integration/bus-rights.test.ts).
 */
import {
  DESIRED_BUCKET,
  indexKey,
  OBSERVED_BUCKET,
  PRESENCE_BUCKET,
  REVOKED_KEY,
  serviceKey,
  TRUST_BUCKET,
} from "../schemas/wire/buckets.ts";
import {
  type Codec,
  desiredCodec,
  indexCodec,
  observedCodec,
  presenceCodec,
  revocationsCodec,
} from "../schemas/wire/codec.ts";
import { serviceOfWake, trustRoot, wakesOf } from "../schemas/wire/subjects.ts";
import type { NodeName } from "../values/names.ts";
import type { Connection } from "./connection/connection.ts";
import { serverTime } from "./connection/server-clock.ts";
import { clearBucket, discardObject } from "./files/file-bucket.ts";
import { readByGets } from "./files/read-by-gets.ts";
import { writeObject } from "./files/write-object.ts";
import { directGet } from "./kv/direct-get.ts";
import { putEvent, putKey } from "./kv/publish-with-ack.ts";
import type { NodeBus } from "./ports/node-bus.ts";
import { serveRequests } from "./requests/request-server.ts";

/** The bus of one node over a connection that is connecting or connected; closing the bus closes the connection. */
export function natsNodeBus(connection: Connection, node: NodeName): NodeBus {
  const read = async <T>(key: string, codec: Codec<T>, bucket = DESIRED_BUCKET): Promise<T | undefined> => {
    const message = await directGet(connection, { bucket, key });
    return message === undefined || message.deleted ? undefined : codec.decode(message.data);
  };
  return {
    isConnected: () => connection.isConnected(),
    onConnect: (callback) => connection.onConnect(callback),
    onDisconnect: (callback) => connection.onDisconnect(callback),
    readIndex: () => read(indexKey(node), indexCodec),
    readDesired: (service) => read(serviceKey(node, service), desiredCodec),
    onWake: (callback, signal) => {
      const wake = (subject: string) => {
        const service = serviceOfWake(subject);
        if (service !== undefined) callback(service);
      };
      connection.subscribe(wakesOf(node), (message) => wake(message.subject), signal);
    },
    readRevocations: () => read(REVOKED_KEY, revocationsCodec, TRUST_BUCKET),
    onTrust: (callback, signal) => connection.subscribe(trustRoot, () => callback(), signal),
    serverTime: () => serverTime(connection),
    putObserved: async (observed) => {
      const at = { bucket: OBSERVED_BUCKET, key: serviceKey(node, observed.service) };
      await putKey(connection, at, { value: observedCodec.encode(observed) });
    },
    putPresence: async (presence) => {
      await putKey(connection, { bucket: PRESENCE_BUCKET, key: node }, { value: presenceCodec.encode(presence) });
    },
    publishEvent: (event) => putEvent(connection, event),
    serve: (handler, signal) => serveRequests({ connection, node, handler }, signal),
    files: {
      write: (object, source, signal) => writeObject(connection, { node, object, source, signal }),
      read: (object, signal) => readByGets(connection, { node, object, signal }),
      discard: (transfer) => discardObject(connection, node, transfer),
      clear: () => clearBucket(connection, node),
    },
    close: () => connection.close(),
  };
}
