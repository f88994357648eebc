/**
 * Reads the newest message of every key with one direct get, which needs nats-server 2.11: one round trip and no state on
 * the server. A consumer needs three round trips. The answer does not contain the server's time.
 */
import { JetStreamError } from "@nats-io/jetstream";
import { bucketStream, keyOfSubject, keySubject } from "../../schemas/wire/buckets.ts";
import type { Connection } from "../connection/connection.ts";
import { hasDirectLists } from "../connection/server-version.ts";
import { type StoredMessage, stored } from "./direct-get.ts";

/**
 * By key, with deletion markers. Undefined if the server is older or its answer is incomplete (more than 1,024 keys, or too
 * many bytes). The caller then reads by consumer, which also reports what is wrong.
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
    return isComplete(pending) ? newest : undefined;
  });
}

/** Each message says how many follow it, so a message that was overwritten during the read is noticed too. */
function isComplete(pending: readonly number[]): boolean {
  return pending.every((left, index) => left === pending.length - index - 1);
}
