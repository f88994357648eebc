/** Reads desired documents with an operator's permissions: one, a list, the whole bucket, or a history. */
import type { DesiredService } from "../../schemas/service/desired.ts";
import {
  bucketStream,
  DESIRED_BUCKET,
  INDEX_KEY,
  indexKey,
  keySubject,
  nodeOfIndexKey,
  parseServiceKey,
  serviceKey,
} from "../../schemas/wire/buckets.ts";
import { desiredCodec, indexCodec } from "../../schemas/wire/codec.ts";
import { McpError } from "../../values/error.ts";
import type { NodeName, ServiceName } from "../../values/names.ts";
import type { Connection } from "../connection/connection.ts";
import type { DesiredBucket, NodeServices, StoredDesired } from "../ports/operator-bus.ts";
import { decoded, readBucket } from "./bucket-list.ts";
import { directGet, type StoredMessage } from "./direct-get.ts";
import { listDirectly } from "./direct-list.ts";
import { readRange } from "./stream-reader.ts";

/** @throws McpError E_INVALID_MESSAGE with `details: { revision }`, so that the caller can overwrite it on purpose */
export function storedDesired({ data, revision }: StoredMessage): StoredDesired {
  try {
    return { document: desiredCodec.decode(data), revision };
  } catch (cause) {
    throw new McpError("E_INVALID_MESSAGE", "the stored document is not valid", { cause, details: { revision } });
  }
}

export async function readDesired(
  connection: Connection,
  node: NodeName,
  service: ServiceName,
): Promise<StoredDesired | undefined> {
  const message = await directGet(connection, { bucket: DESIRED_BUCKET, key: serviceKey(node, service) });
  return message === undefined || message.deleted ? undefined : storedDesired(message);
}

export async function listDesired(
  connection: Connection,
  filter: { readonly service?: ServiceName; readonly node?: NodeName } = {},
): Promise<StoredDesired[]> {
  const range = { bucket: DESIRED_BUCKET, keys: serviceKey(filter.node ?? "*", filter.service ?? "*") };
  const newest = (await listDirectly(connection, range)) ?? (await readBucket(connection, range)).newest;
  return [...newest].flatMap(([key, message]) => {
    if (message.deleted || parseServiceKey(key) === undefined) return [];
    const document = decoded(connection, { listing: DOCUMENTS, key, message });
    return document === undefined ? [] : [{ document, revision: message.revision }];
  });
}

/** All documents and node indexes, in one read. */
export async function readDesiredBucket(connection: Connection): Promise<DesiredBucket> {
  const { newest } = await readBucket(connection, { bucket: DESIRED_BUCKET, keys: "*.*" });
  const documents: StoredDesired[] = [];
  const indexes = new Map<NodeName, NodeServices>();
  for (const [key, message] of newest) {
    const node = nodeOfIndexKey(key);
    if (node !== undefined)
      indexes.set(node, { services: servicesInIndex(connection, key, message), revision: message.revision });
    if (node !== undefined || message.deleted || parseServiceKey(key) === undefined) continue;
    const document = decoded(connection, { listing: DOCUMENTS, key, message });
    if (document !== undefined) documents.push({ document, revision: message.revision });
  }
  return { documents, indexes };
}

const DOCUMENTS = {
  bucket: DESIRED_BUCKET,
  codec: desiredCodec,
  keyOf: ({ node, service }: DesiredService) => serviceKey(node, service),
};

/** A broken index counts as empty; the next writer replaces it. */
function servicesInIndex(connection: Connection, key: string, message: StoredMessage): readonly ServiceName[] {
  if (message.deleted) return [];
  const listing = {
    bucket: DESIRED_BUCKET,
    codec: indexCodec,
    keyOf: ({ node }: { node: NodeName }) => indexKey(node),
  };
  return decoded(connection, { listing, key, message })?.services ?? [];
}

/** All stored versions, oldest first. One that cannot be decoded is left out and reported. */
export async function historyOf(
  connection: Connection,
  node: NodeName,
  service: ServiceName,
): Promise<StoredDesired[]> {
  const filter = keySubject(DESIRED_BUCKET, serviceKey(node, service));
  const { messages } = await readRange(connection, {
    stream: bucketStream(DESIRED_BUCKET),
    filter,
    from: { start: "first" },
  });
  return messages.flatMap((message) => {
    try {
      return message.deleted ? [] : [storedDesired(message)];
    } catch (error) {
      connection.problem(`read revision ${message.revision} of ${service} on ${node}`, error);
      return [];
    }
  });
}

/** The services of a node that have a key, read without the index. */
export async function servicesOf(connection: Connection, node: NodeName): Promise<ServiceName[]> {
  const filter = keySubject(DESIRED_BUCKET, serviceKey(node, "*"));
  const range = { stream: bucketStream(DESIRED_BUCKET), filter, from: { start: "last-per-subject" } as const };
  const { messages } = await readRange(connection, range);
  const prefix = keySubject(DESIRED_BUCKET, serviceKey(node, ""));
  return messages.map((message) => message.subject.slice(prefix.length)).filter((name) => name !== INDEX_KEY);
}
