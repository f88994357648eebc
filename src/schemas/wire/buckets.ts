/**
 * Every bucket and stream: its name, its keys and its settings. `mcp bus provision` creates exactly these and
 * `doctor` compares them. Each key builder is next to its parser.
 */
import type { NodeName, ServiceName } from "../../values/names.ts";
import { eventRoot, trustRoot, wakeRoot } from "./subjects.ts";

/** The key under which a node's services are listed, since a node may not list keys. Not a valid service name. */
export const INDEX_KEY = "_index";

export const DESIRED_BUCKET = "mcp-desired";
export const OBSERVED_BUCKET = "mcp-observed";
export const NODES_BUCKET = "mcp-nodes";
export const PRESENCE_BUCKET = "mcp-presence";
export const TRUST_BUCKET = "mcp-trust";
export const EVENT_STREAM = "MCP_EVENTS";

export type BucketName =
  | typeof DESIRED_BUCKET
  | typeof OBSERVED_BUCKET
  | typeof NODES_BUCKET
  | typeof PRESENCE_BUCKET
  | typeof TRUST_BUCKET;

/** The key of the revocation list in the trust bucket. */
export const REVOKED_KEY = "revoked";

export const serviceKey = (node: NodeName, service: ServiceName) => `${node}.${service}`;
export const indexKey = (node: NodeName) => `${node}.${INDEX_KEY}`;

/** The node whose index has this key; undefined for any other key. */
export function nodeOfIndexKey(key: string): NodeName | undefined {
  const [node, last, ...rest] = key.split(".");
  return last === INDEX_KEY && rest.length === 0 && node ? node : undefined;
}

/** Node and service of a key of the desired or observed bucket; undefined for the index and for anything else. */
export function parseServiceKey(key: string): { node: NodeName; service: ServiceName } | undefined {
  const [node, service, ...rest] = key.split(".");
  if (!node || !service || rest.length > 0 || service === INDEX_KEY) return undefined;
  return { node, service };
}

export const bucketStream = (bucket: string) => `KV_${bucket}`;
export const keySubject = (bucket: string, key: string) => `$KV.${bucket}.${key}`;
/** The key of a bucket's subject. */
export const keyOfSubject = (bucket: string, subject: string) => subject.slice(keySubject(bucket, "").length);

const KIB = 1024;
const MIB = 1024 * KIB;
const GIB = 1024 * MIB;
const SECOND_NS = 1_000_000_000;
const DAY_NS = 86_400 * SECOND_NS;

export const MAX_DOCUMENT_BYTES = 256 * KIB;

/** The stream settings that we set, with JetStream's own names and units (bytes, nanoseconds). */
export interface StreamSettings {
  readonly name: string;
  readonly subjects: readonly string[];
  readonly storage: "file";
  readonly max_msgs_per_subject: number;
  readonly max_bytes: number;
  readonly max_msg_size: number;
  readonly max_age: number;
  readonly discard: "new" | "old";
  readonly duplicate_window: number;
  readonly allow_direct: boolean;
  readonly allow_rollup_hdrs: boolean;
  readonly deny_delete: boolean;
  readonly deny_purge: boolean;
  /** Without a number, nats-server 2.15 limits a stream to 1,000 consumers. */
  readonly max_consumers: number;
  readonly republish?: { readonly src: string; readonly dest: string };
}

/**
 * Bytes of one chunk of a file. With headers it fits the server's default payload limit of 1 MiB, and the client's buffer,
 * which doubles as it fills, before it doubles again. Each chunk costs the bus one disk sync: with chunks of 512 KiB, 1 GiB
 * takes a sixth longer.
 */
export const FILE_CHUNK_BYTES = 896 * KIB;
/** The most that a node's file bucket holds at once. A file may be larger, because chunks are removed when they are read. */
export const FILE_BUCKET_BYTES = 2 * GIB;

/** A node's object bucket, for files in transfer. */
export const fileBucket = (node: NodeName) => `mcp-files-${node}`;
export const fileStream = (node: NodeName) => `OBJ_${fileBucket(node)}`;
export const fileSubjects = (node: NodeName) => `$O.${fileBucket(node)}.>`;

/**
 * Subjects of one object in the object store's own layout: chunks, the entry that completes it, and both. The object's
 * name is the transfer's id, and its chunks are filed under the encoded name, so that one wildcard covers all of it.
 */
export function fileObject(node: NodeName, transfer: string) {
  const token = Buffer.from(transfer).toString("base64url");
  const root = `$O.${fileBucket(node)}`;
  return { token, chunks: `${root}.C.${token}`, entry: `${root}.M.${token}`, all: `${root}.*.${token}` };
}

function bucketSettings(bucket: BucketName, own: Partial<StreamSettings>): StreamSettings {
  return {
    name: bucketStream(bucket),
    subjects: [keySubject(bucket, ">")],
    storage: "file",
    max_msgs_per_subject: 1,
    max_bytes: GIB,
    max_msg_size: MAX_DOCUMENT_BYTES,
    max_age: 0,
    discard: "new",
    duplicate_window: 120 * SECOND_NS,
    allow_direct: true,
    allow_rollup_hdrs: false,
    deny_delete: true,
    deny_purge: false,
    max_consumers: 10_000,
    ...own,
  };
}

/** The settings of every stream, in the order in which they are provisioned. */
export const STREAMS: readonly StreamSettings[] = [
  bucketSettings(DESIRED_BUCKET, {
    max_msgs_per_subject: 32,
    deny_purge: true,
    republish: { src: keySubject(DESIRED_BUCKET, ">"), dest: wakeRoot },
  }),
  bucketSettings(OBSERVED_BUCKET, {}),
  bucketSettings(NODES_BUCKET, { max_msgs_per_subject: 8, max_bytes: 128 * MIB }),
  bucketSettings(PRESENCE_BUCKET, { max_bytes: 128 * MIB }),
  bucketSettings(TRUST_BUCKET, {
    max_msgs_per_subject: 8,
    max_bytes: 16 * MIB,
    deny_purge: true,
    republish: { src: keySubject(TRUST_BUCKET, ">"), dest: trustRoot },
  }),
  {
    name: EVENT_STREAM,
    subjects: [eventRoot],
    storage: "file",
    max_msgs_per_subject: 10_000,
    max_bytes: 2 * GIB,
    max_msg_size: MAX_DOCUMENT_BYTES,
    max_age: 30 * DAY_NS,
    discard: "old",
    duplicate_window: DAY_NS,
    allow_direct: true,
    allow_rollup_hdrs: false,
    deny_delete: true,
    deny_purge: true,
    max_consumers: 10_000,
  },
];

/**
 * Streams that nodes write again, whole, whenever they connect. If a power failure loses the last writes, the nodes restore
 * them. So the server need not sync each write: a synced write takes as long as twenty others, and blocks the disk for
 * data that must not be lost.
 */
export const REPEATED_STREAMS: readonly string[] = [OBSERVED_BUCKET, PRESENCE_BUCKET].map(bucketStream);

/** A node's file bucket. Not in STREAMS: it is created when the node is enrolled, or by the first push or pull. */
export function fileBucketSettings(node: NodeName, maxBytes: number = FILE_BUCKET_BYTES): StreamSettings {
  return {
    name: fileStream(node),
    subjects: [`$O.${fileBucket(node)}.C.>`, `$O.${fileBucket(node)}.M.>`],
    storage: "file",
    max_msgs_per_subject: -1,
    max_bytes: maxBytes,
    max_msg_size: -1,
    // Removes what a writer that died has left.
    max_age: DAY_NS,
    discard: "new",
    duplicate_window: 120 * SECOND_NS,
    allow_direct: true,
    // Clients of the object store replace an object's entry by roll-up; only this node uses the bucket.
    allow_rollup_hdrs: true,
    deny_delete: false,
    deny_purge: false,
    max_consumers: 1_000,
  };
}
