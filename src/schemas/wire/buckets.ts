/**
 * Every bucket and stream: its name, its keys and its settings. `mcp bus provision` creates exactly these and
 * `doctor` compares them. Key builder and parser stand side by side.
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

/** The key of the trust bucket under which the revocation list lies. */
export const REVOKED_KEY = "revoked";

export const serviceKey = (node: NodeName, service: ServiceName) => `${node}.${service}`;
export const indexKey = (node: NodeName) => `${node}.${INDEX_KEY}`;

/** The node whose index lies under this key; undefined for any other key. */
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

/** The settings of a stream that matter to us, in JetStream's own names and units (bytes, nanoseconds). */
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
  /** 2.15 caps a stream at 1,000 consumers unless a number is set. */
  readonly max_consumers: number;
  readonly republish?: { readonly src: string; readonly dest: string };
}

/**
 * Bytes of one chunk of a file. With its headers it fits the servers' default payload limit of 1 MiB and, received in
 * pieces of 64 KiB, the client's buffer before that doubles once more. Each chunk costs the bus one sync of its disk:
 * 1 GiB takes a sixth longer in chunks of 512 KiB.
 */
export const FILE_CHUNK_BYTES = 896 * KIB;
/** The most a node's file bucket holds at once. Larger files pass, since what was read is removed at once. */
export const FILE_BUCKET_BYTES = 2 * GIB;

/** A node's object bucket: files on their way to it or from it. */
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
 * What nodes tell again, all of it, whenever they connect. A server that loses the last moments of these in a power cut
 * has them back with its nodes, so it need not sync each write of them to its disk, which takes as long as twenty
 * writes without and keeps the disk from what must not be lost.
 */
export const RETOLD_STREAMS: readonly string[] = [OBSERVED_BUCKET, PRESENCE_BUCKET].map(bucketStream);

/** A node's file bucket. Not among STREAMS: it is made when the node is enrolled, or by the first push or pull. */
export function fileBucketSettings(node: NodeName, maxBytes: number = FILE_BUCKET_BYTES): StreamSettings {
  return {
    name: fileStream(node),
    subjects: [`$O.${fileBucket(node)}.C.>`, `$O.${fileBucket(node)}.M.>`],
    storage: "file",
    max_msgs_per_subject: -1,
    max_bytes: maxBytes,
    max_msg_size: -1,
    // Orphans of a writer that died are gone by then at the latest.
    max_age: DAY_NS,
    discard: "new",
    duplicate_window: 120 * SECOND_NS,
    allow_direct: true,
    // The object store's own clients roll an object's entry up; the bucket is this node's alone.
    allow_rollup_hdrs: true,
    deny_delete: false,
    deny_purge: false,
    max_consumers: 1_000,
  };
}
