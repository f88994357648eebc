/**
 * A stored message, and two ways to read the last one of a subject: from any replica, in one round trip on a subject that
 * names the key (so that permissions can limit it), or from the stream's leader.
 */
import type { MsgRequest } from "@nats-io/jetstream";
import type { MsgHdrs } from "@nats-io/nats-core";
import { bucketStream, keySubject } from "../../schemas/wire/buckets.ts";
import type { Connection } from "../connection/connection.ts";

export interface StoredMessage {
  readonly subject: string;
  readonly data: Uint8Array;
  /** The sequence in the stream; a compare-and-set expects it. */
  readonly revision: number;
  /** When the server stored it, Unix milliseconds. */
  readonly storedMs: number;
  /** True for a deletion marker, as key-value clients write it. */
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

/** True if these headers mark a deletion. */
export function marksDeletion(headers: MsgHdrs | undefined): boolean {
  const operation = headers?.get(OPERATION_HEADER) ?? "";
  return operation === DELETED || operation === "PURGE";
}

/** A message of the client as a StoredMessage. */
export function stored({ subject, data, seq, time, header }: RawMessage): StoredMessage {
  return { subject, data, revision: seq, storedMs: time.getTime(), deleted: marksDeletion(header) };
}

/** The last message of a key, by `$JS.API.DIRECT.GET.<stream>.<subject>`; may be outdated in a cluster. @throws McpError */
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

/** The last message of a key, from the stream's leader, which is ahead of its replicas. @throws McpError */
export function leaderGet(connection: Connection, at: BucketKey): Promise<StoredMessage | undefined> {
  return askLeader(connection, at, { last_by_subj: keySubject(at.bucket, at.key) });
}

/** The first message of a key after a revision, from the stream's leader. @throws McpError */
export function leaderGetNext(
  connection: Connection,
  at: BucketKey,
  revision: number,
): Promise<StoredMessage | undefined> {
  // The client's type lacks `next_by_subj`, which the server takes here too.
  const query = { seq: revision + 1, next_by_subj: keySubject(at.bucket, at.key) };
  return askLeader(connection, at, query);
}

async function askLeader(
  connection: Connection,
  { bucket, key }: BucketKey,
  query: MsgRequest,
): Promise<StoredMessage | undefined> {
  const message = await connection.call(`read ${key} of ${bucket}`, ({ jsm }) =>
    jsm.streams.getMessage(bucketStream(bucket), query),
  );
  return message === null ? undefined : stored(message);
}
