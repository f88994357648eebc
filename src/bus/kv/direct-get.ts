/**
 * One message as a stream holds it, and the two ways to read the last one of a subject: from any replica in one round
 * trip under a subject that names the key (so that rights can confine it), or from the stream's leader.
 */
import type { MsgHdrs } from "@nats-io/nats-core";
import { bucketStream, keySubject } from "../../schemas/wire/buckets.ts";
import type { Connection } from "../connection/connection.ts";

export interface StoredMessage {
  readonly subject: string;
  readonly data: Uint8Array;
  /** The stream's sequence: the revision that a compare-and-set names. */
  readonly revision: number;
  /** When the server stored it, Unix milliseconds. */
  readonly storedMs: number;
  /** True for the marker that a deletion by another tool leaves behind. */
  readonly deleted: boolean;
}

export interface BucketKey {
  readonly bucket: string;
  readonly key: string;
}

interface RawMessage {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly seq: number;
  readonly time: Date;
  readonly header: MsgHdrs;
}

/** Header by which key-value clients mark deleted and purged keys. */
export const OPERATION_HEADER = "KV-Operation";
export const DELETED = "DEL";

/** True when these headers mark a deletion. */
export function marksDeletion(headers: MsgHdrs | undefined): boolean {
  const operation = headers?.get(OPERATION_HEADER) ?? "";
  return operation === DELETED || operation === "PURGE";
}

/** A message as the client hands it over. */
export function stored({ subject, data, seq, time, header }: RawMessage): StoredMessage {
  return { subject, data, revision: seq, storedMs: time.getTime(), deleted: marksDeletion(header) };
}

/** The last message of a key, by `$JS.API.DIRECT.GET.<stream>.<subject>`; may lag behind in a cluster. @throws McpError */
export async function directGet(
  connection: Connection,
  { bucket, key }: BucketKey,
): Promise<StoredMessage | undefined> {
  const query = { last_by_subj: keySubject(bucket, key) };
  const message = await connection.call(`read ${key} of ${bucket}`, ({ jsm }) =>
    jsm.direct.getMessage(bucketStream(bucket), query),
  );
  return message === null ? undefined : stored(message);
}

/** The same from the stream's leader: what is true now. @throws McpError */
export async function leaderGet(
  connection: Connection,
  { bucket, key }: BucketKey,
): Promise<StoredMessage | undefined> {
  const query = { last_by_subj: keySubject(bucket, key) };
  const message = await connection.call(`read ${key} of ${bucket}`, ({ jsm }) =>
    jsm.streams.getMessage(bucketStream(bucket), query),
  );
  return message === null ? undefined : stored(message);
}
