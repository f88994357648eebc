/**
 * Implements OperatorBus for a viewer: reports, presence, nodes and the viewer's own position in the events, which the
 * viewer's account imports. Everything else is refused here, because the server would only let it time out.
 */

import type { ObservedService } from "../schemas/service/observed.ts";
import { NODES_BUCKET, OBSERVED_BUCKET, PRESENCE_BUCKET, serviceKey } from "../schemas/wire/buckets.ts";
import { nodeRecordCodec, observedCodec, presenceCodec } from "../schemas/wire/codec.ts";
import type { NodeRecord } from "../schemas/wire/presence.ts";
import { McpError } from "../values/error.ts";
import type { NodeName } from "../values/names.ts";
import { present } from "../values/present.ts";
import type { Connection } from "./connection/connection.ts";
import type { Signing } from "./connection/signing.ts";
import { readOwnEvents } from "./events/viewer-events.ts";
import { listByGets } from "./kv/viewer-lists.ts";
import { natsOperatorBus } from "./nats-operator-bus.ts";
import type { OperatorBus, StoredNode } from "./ports/operator-bus.ts";

const nodeOf = ({ node }: { readonly node: NodeName }) => node;
const OBSERVED = {
  bucket: OBSERVED_BUCKET,
  codec: observedCodec,
  keyOf: ({ node, service }: ObservedService) => serviceKey(node, service),
};
const PRESENCE = { bucket: PRESENCE_BUCKET, codec: presenceCodec, keyOf: nodeOf };
const NODES = { bucket: NODES_BUCKET, codec: nodeRecordCodec, keyOf: nodeOf };

/** @param name from the credentials; also names the account and the position in the events */
export function natsViewerBus(connection: Connection, signing: Signing, name: string): OperatorBus {
  const { facts, close } = natsOperatorBus(connection, signing);
  const observed = () => listByGets(connection, OBSERVED);
  const presence = () => listByGets(connection, PRESENCE);
  const nodes = async () => (await listByGets(connection, NODES)).map(({ value }) => value);
  return {
    author: signing.author,
    reportsOnly: true,
    facts,
    close,
    listObserved: observed,
    listPresence: presence,
    listNodes: nodes,
    readObserved: async (node, service) =>
      (await observed()).find(({ value }) => value.node === node && value.service === service),
    readPresence: async (node) => (await presence()).find(({ value }) => value.node === node),
    readNode: async (node) => storedNode(await nodes(), node),
    events: (query, signal) => readOwnEvents(connection, name, { query, signal }),
    readDesired: refuse,
    listDesired: refuse,
    readJunk: refuse,
    listAllDesired: refuse,
    historyOf: refuse,
    writeDesired: refuse,
    readDesiredBucket: refuse,
    writeManyDesired: refuse,
    followObserved: refuse,
    writeNode: refuse,
    removeNode: refuse,
    readRevocations: refuse,
    writeRevocations: refuse,
    publishEvent: refuse,
    listEventConsumers: refuse,
    putEventConsumer: refuse,
    removeEventConsumer: refuse,
    ask: refuse,
    files: refuse,
  };
}

function storedNode(records: readonly NodeRecord[], node: NodeName): StoredNode {
  return { revision: 0, ...present({ record: records.find((one) => one.node === node) }) };
}

function refuse(): never {
  throw new McpError("E_REFUSED", "these credentials are those of a viewer, who can only read reports and events", {
    hint: "viewers can use `mcp list`, `mcp status`, `mcp node list`, `mcp node show` and `mcp events`",
  });
}
