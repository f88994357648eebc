/**
 * Desired documents as operators read them.
 */
import {
  bucketStream,
  DESIRED_BUCKET,
  INDEX_KEY,
  keySubject,
  parseServiceKey,
  serviceKey,
} from "../schemas/buckets.ts";
import { desiredCodec } from "../schemas/codec.ts";
import { McpError } from "../schemas/error.ts";
import type { NodeName, ServiceName } from "../schemas/names.ts";
import { listBucket } from "./bucket-list.ts";
import type { Link } from "./link.ts";
import type { StoredDesired } from "./operator-bus.ts";
import { directGet, type StoredMessage } from "./stored-message.ts";
import { readRange } from "./stream-reader.ts";

/** @throws McpError E_INVALID_MESSAGE with `details: { revision }`, so that it can be overwritten knowingly */
export function storedDesired({ data, revision }: StoredMessage): StoredDesired {
  try {
    return { document: desiredCodec.decode(data), revision };
  } catch (cause) {
    throw new McpError("E_INVALID_MESSAGE", "cannot read what is stored", { cause, details: { revision } });
  }
}

export async function readDesired(
  link: Link,
  node: NodeName,
  service: ServiceName,
): Promise<StoredDesired | undefined> {
  const message = await directGet(link, { bucket: DESIRED_BUCKET, key: serviceKey(node, service) });
  return message === undefined || message.deleted ? undefined : storedDesired(message);
}

export async function listDesired(
  link: Link,
  filter: { readonly service?: ServiceName; readonly node?: NodeName } = {},
): Promise<StoredDesired[]> {
  const listed = await listBucket(link, {
    bucket: DESIRED_BUCKET,
    keys: serviceKey(filter.node ?? "*", filter.service ?? "*"),
    codec: desiredCodec,
    keyOf: ({ node, service }) => serviceKey(node, service),
    skip: (key) => parseServiceKey(key) === undefined,
  });
  return listed.map(({ value, revision }) => ({ document: value, revision }));
}

/** Oldest first; what does not decode is left out and reported. */
export async function historyOf(link: Link, node: NodeName, service: ServiceName): Promise<StoredDesired[]> {
  const filter = keySubject(DESIRED_BUCKET, serviceKey(node, service));
  const { messages } = await readRange(link, {
    stream: bucketStream(DESIRED_BUCKET),
    filter,
    from: { start: "first" },
  });
  return messages.flatMap((message) => {
    try {
      return message.deleted ? [] : [storedDesired(message)];
    } catch (error) {
      link.problem(`read revision ${message.revision} of ${service} on ${node}`, error);
      return [];
    }
  });
}

/** The services of a node that have a key, whatever the index says. */
export async function servicesOf(link: Link, node: NodeName): Promise<ServiceName[]> {
  const filter = keySubject(DESIRED_BUCKET, serviceKey(node, "*"));
  const range = { stream: bucketStream(DESIRED_BUCKET), filter, from: { start: "last-per-subject" } as const };
  const { messages } = await readRange(link, range);
  const prefix = keySubject(DESIRED_BUCKET, serviceKey(node, ""));
  return messages.map((message) => message.subject.slice(prefix.length)).filter((name) => name !== INDEX_KEY);
}
