/**
 * Lists the newest value of every key of a bucket, decoded. A value that cannot be decoded, or that belongs to another
 * key, is left out and reported: one broken document must not hide all others.
 */
import { bucketStream, keyOfSubject, keySubject } from "../../schemas/wire/buckets.ts";
import type { Codec } from "../../schemas/wire/codec.ts";
import { McpError } from "../../values/error.ts";
import type { Connection } from "../connection/connection.ts";
import type { Aged } from "../ports/operator-bus.ts";
import { type BucketKey, directGet, type StoredMessage } from "./direct-get.ts";
import { listDirectly } from "./direct-list.ts";
import { readRange } from "./stream-reader.ts";

export interface BucketListing<T> {
  readonly bucket: string;
  /** A key with wildcards. */
  readonly keys: string;
  readonly codec: Codec<T>;
  /** The key that a value belongs to, by its own fields. */
  readonly keyOf: (value: T) => string;
}

export interface ListedValue<T> extends Aged<T> {
  readonly revision: number;
}

export interface NewestMessages {
  /** By key, with deletion markers. */
  readonly newest: ReadonlyMap<string, StoredMessage>;
  readonly serverTimeMs: number;
}

/** The newest message of every key that `keys` matches. @throws McpError as Connection.call */
export async function readBucket(
  connection: Connection,
  { bucket, keys }: Pick<BucketListing<unknown>, "bucket" | "keys">,
): Promise<NewestMessages> {
  const from = { start: "last-per-subject" } as const;
  const range = { stream: bucketStream(bucket), filter: keySubject(bucket, keys), from };
  const { messages, serverTimeMs } = await readRange(connection, range);
  const newest = new Map(messages.map((message) => [keyOfSubject(bucket, message.subject), message]));
  return { newest, serverTimeMs };
}

/** One direct get where the server supports it, otherwise a short-lived consumer. @throws McpError as Connection.call */
export async function listBucket<T>(connection: Connection, listing: BucketListing<T>): Promise<ListedValue<T>[]> {
  const [direct, nowMs] = await Promise.all([
    listDirectly(connection, listing),
    streamTime(connection, listing.bucket),
  ]);
  const read = direct === undefined ? await readBucket(connection, listing) : { newest: direct, serverTimeMs: nowMs };
  const { newest, serverTimeMs } = read;
  const values: ListedValue<T>[] = [];
  for (const [key, message] of newest) {
    if (message.deleted) continue;
    const value = decoded(connection, { listing, key, message });
    const ageMs = Math.max(0, serverTimeMs - message.storedMs);
    if (value !== undefined) values.push({ value, ageMs, revision: message.revision });
  }
  return values;
}

interface Undecoded<T> {
  readonly listing: Pick<BucketListing<T>, "bucket" | "codec" | "keyOf">;
  readonly key: string;
  readonly message: StoredMessage;
}

/** The value of one message; undefined if it is broken or belongs to another key, which is reported. */
export function decoded<T>(connection: Connection, { listing, key, message }: Undecoded<T>): T | undefined {
  try {
    const value = listing.codec.decode(message.data);
    if (listing.keyOf(value) === key) return value;
    throw new McpError("E_INVALID_MESSAGE", `the value of ${key} belongs to ${listing.keyOf(value)}`);
  } catch (error) {
    connection.problem(`read ${key} of ${listing.bucket}`, error);
    return undefined;
  }
}

/** The value of one key with its age by the server's clock, in one round trip. @throws McpError */
export async function readAged<T>(
  connection: Connection,
  at: BucketKey,
  codec: Codec<T>,
): Promise<Aged<T> | undefined> {
  const [message, serverTimeMs] = await Promise.all([directGet(connection, at), streamTime(connection, at.bucket)]);
  if (message === undefined || message.deleted) return undefined;
  return { value: codec.decode(message.data), ageMs: Math.max(0, serverTimeMs - message.storedMs) };
}

/** The server's clock, Unix milliseconds. @throws McpError as Connection.call */
export async function streamTime(connection: Connection, bucket: string): Promise<number> {
  const info = await connection.call(`read the time of ${bucket}`, ({ jsm }) => jsm.streams.info(bucketStream(bucket)));
  return info.ts === undefined ? Date.now() : Date.parse(info.ts);
}
