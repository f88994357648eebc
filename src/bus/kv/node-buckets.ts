/** Reads and writes what the bus holds about nodes: presence, which each node writes, and records, which operators write. */
import { NODES_BUCKET, PRESENCE_BUCKET } from "../../schemas/wire/buckets.ts";
import { nodeRecordCodec, presenceCodec } from "../../schemas/wire/codec.ts";
import type { NodeRecord, Presence } from "../../schemas/wire/presence.ts";
import type { NodeName } from "../../values/names.ts";
import type { Connection } from "../connection/connection.ts";
import type { Aged, StoredNode } from "../ports/operator-bus.ts";
import { listBucket, readAged } from "./bucket-list.ts";
import { leaderGet } from "./direct-get.ts";
import { deleteKey, putKey } from "./publish-with-ack.ts";

const nodeOf = ({ node }: { readonly node: NodeName }) => node;

export function readPresence(connection: Connection, node: NodeName): Promise<Aged<Presence> | undefined> {
  return readAged(connection, { bucket: PRESENCE_BUCKET, key: node }, presenceCodec);
}

export function listPresence(connection: Connection): Promise<Aged<Presence>[]> {
  return listBucket(connection, { bucket: PRESENCE_BUCKET, keys: "*", codec: presenceCodec, keyOf: nodeOf });
}

export async function readNode(connection: Connection, node: NodeName): Promise<StoredNode> {
  const message = await leaderGet(connection, { bucket: NODES_BUCKET, key: node });
  if (message === undefined) return { revision: 0 };
  const { revision, deleted, data } = message;
  return deleted ? { revision } : { record: nodeRecordCodec.decode(data), revision };
}

/** @throws McpError E_CONFLICT if somebody else wrote first */
export async function writeNode(connection: Connection, record: NodeRecord, revision: number): Promise<void> {
  const value = nodeRecordCodec.encode(record);
  await putKey(connection, { bucket: NODES_BUCKET, key: record.node }, { value, expected: revision });
}

/** Deletes the record and the last presence. An agent that is still running writes its presence again. */
export async function removeNode(connection: Connection, node: NodeName): Promise<void> {
  for (const bucket of [NODES_BUCKET, PRESENCE_BUCKET]) {
    const message = await leaderGet(connection, { bucket, key: node });
    if (message !== undefined && !message.deleted) await deleteKey(connection, { bucket, key: node }, message.revision);
  }
}

export async function listNodes(connection: Connection): Promise<NodeRecord[]> {
  const listed = await listBucket(connection, {
    bucket: NODES_BUCKET,
    keys: "*",
    codec: nodeRecordCodec,
    keyOf: nodeOf,
  });
  return listed.map(({ value }) => value);
}
