/**
 * What is known of nodes themselves: their presence (written by each) and their records (written by operators).
 */
import { NODES_BUCKET, PRESENCE_BUCKET } from "../schemas/buckets.ts";
import { nodeRecordCodec, presenceCodec } from "../schemas/codec.ts";
import type { NodeName } from "../schemas/names.ts";
import type { NodeRecord, Presence } from "../schemas/presence.ts";
import { listBucket, readAged } from "./bucket-list.ts";
import type { Link } from "./link.ts";
import type { Aged } from "./operator-bus.ts";

const nodeOf = ({ node }: { readonly node: NodeName }) => node;

export function readPresence(link: Link, node: NodeName): Promise<Aged<Presence> | undefined> {
  return readAged(link, { bucket: PRESENCE_BUCKET, key: node }, presenceCodec);
}

export function listPresence(link: Link): Promise<Aged<Presence>[]> {
  return listBucket(link, { bucket: PRESENCE_BUCKET, keys: "*", codec: presenceCodec, keyOf: nodeOf });
}

export async function listNodes(link: Link): Promise<NodeRecord[]> {
  const listed = await listBucket(link, { bucket: NODES_BUCKET, keys: "*", codec: nodeRecordCodec, keyOf: nodeOf });
  return listed.map(({ value }) => value);
}
