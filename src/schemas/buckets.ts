/**
 * Every bucket and stream: its name, its keys and its settings. `mcp bus provision` creates exactly these and
 * `doctor` compares them. Key builder and parser stand side by side.
 */
import type { NodeName, ServiceName } from "./names.ts";
import { eventRoot, wakeRoot } from "./subjects.ts";

/** The key under which a node's services are listed, since a node may not list keys. Not a valid service name. */
export const INDEX_KEY = "_index";

export const DESIRED_BUCKET = "mcp-desired";
export const OBSERVED_BUCKET = "mcp-observed";
export const NODES_BUCKET = "mcp-nodes";
export const PRESENCE_BUCKET = "mcp-presence";
export const EVENT_STREAM = "MCP_EVENTS";

export type BucketName = typeof DESIRED_BUCKET | typeof OBSERVED_BUCKET | typeof NODES_BUCKET | typeof PRESENCE_BUCKET;

export const serviceKey = (node: NodeName, service: ServiceName) => `${node}.${service}`;
export const indexKey = (node: NodeName) => `${node}.${INDEX_KEY}`;

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
