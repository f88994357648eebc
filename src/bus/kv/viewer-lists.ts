/**
 * Reads a bucket with a viewer's permissions: by direct gets of "the next message of this bucket from this sequence",
 * because viewers may not create consumers on buckets. One round trip per key: slower than a list, but fast enough.
 */
import { bucketStream, keyOfSubject, keySubject } from "../../schemas/wire/buckets.ts";
import type { Connection } from "../connection/connection.ts";
import { serverTime } from "../connection/server-clock.ts";
import type { Aged } from "../ports/operator-bus.ts";
import { type BucketListing, decoded } from "./bucket-list.ts";
import { type StoredMessage, stored } from "./direct-get.ts";

/** The newest value of every key. @throws McpError as Connection.call */
export async function listByGets<T>(
  connection: Connection,
  listing: Omit<BucketListing<T>, "keys">,
): Promise<Aged<T>[]> {
  const { bucket } = listing;
  const newest = new Map<string, StoredMessage>();
  for (let from = 1; ; ) {
    const message = await nextMessage(connection, bucket, from);
    if (message === undefined) break;
    newest.set(keyOfSubject(bucket, message.subject), message);
    from = message.revision + 1;
  }
  const nowMs = (await serverTime(connection)) ?? Date.now();
  return [...newest].flatMap(([key, message]) => {
    const value = message.deleted ? undefined : decoded(connection, { listing, key, message });
    return value === undefined ? [] : [{ value, ageMs: Math.max(0, nowMs - message.storedMs) }];
  });
}

async function nextMessage(connection: Connection, bucket: string, from: number): Promise<StoredMessage | undefined> {
  const query = { seq: from, next_by_subj: keySubject(bucket, ">") };
  const message = await connection.call(`read ${bucket}`, ({ jsm }) =>
    jsm.direct.getMessage(bucketStream(bucket), query),
  );
  return message === null ? undefined : stored(message);
}
