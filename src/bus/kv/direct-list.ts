/**
 * The newest message of every key by one direct get, which servers answer from 2.11 on: one round trip and nothing made
 * on the server, where a reading by consumer takes three. It does not tell the server's time.
 */
import { JetStreamError } from "@nats-io/jetstream";
import { bucketStream, keyOfSubject, keySubject } from "../../schemas/wire/buckets.ts";
import type { Connection } from "../connection/connection.ts";
import { hasDirectLists } from "../connection/server-version.ts";
import { type StoredMessage, stored } from "./direct-get.ts";

/**
 * By key, markers of deletion included. Undefined where the server is older or does not answer with all of it (there are
 * more than 1,024 keys, or too many bytes): the reading by consumer does, and tells what is wrong if something is.
 * @throws McpError as Connection.call
 */
export function listDirectly(
  connection: Connection,
  { bucket, keys }: { readonly bucket: string; readonly keys: string },
): Promise<ReadonlyMap<string, StoredMessage> | undefined> {
  return connection.call(`read ${bucket}`, async ({ nc, jsm }) => {
    if (!hasDirectLists(nc.info?.version ?? "")) return undefined;
    const newest = new Map<string, StoredMessage>();
    const query = { multi_last: [keySubject(bucket, keys)] };
    const pending: number[] = [];
    try {
      for await (const message of await jsm.direct.getLastMessagesFor(bucketStream(bucket), query)) {
        newest.set(keyOfSubject(bucket, message.subject), stored(message));
        pending.push(message.pending);
      }
    } catch (error) {
      if (error instanceof JetStreamError) return undefined;
      throw error;
    }
    return isAll(pending) ? newest : undefined;
  });
}

/** Each message tells how many follow it: none is missing, not even one that was overwritten while it was read. */
function isAll(pending: readonly number[]): boolean {
  return pending.every((left, index) => left === pending.length - index - 1);
}
