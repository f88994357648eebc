/**
 * Which stored value of a desired key counts: the newest one, or if that counts for nothing, the newest in the key's history
 * that does. So one bad value, which everybody with the right to write can put there, hides nothing and locks nothing.
 */
import type { DesiredService } from "../../schemas/service/desired.ts";
import { bucketStream, DESIRED_BUCKET, keySubject, serviceKey } from "../../schemas/wire/buckets.ts";
import { desiredCodec } from "../../schemas/wire/codec.ts";
import { hasKeys, type PinnedKeys, reasonToIgnore } from "../../trust/stored-intent.ts";
import { messageOf } from "../../values/error.ts";
import type { NodeName, ServiceName } from "../../values/names.ts";
import { present } from "../../values/present.ts";
import type { Connection } from "../connection/connection.ts";
import type { JunkDesired, StoredDesired } from "../ports/operator-bus.ts";
import type { StoredMessage } from "./direct-get.ts";
import { readRange } from "./stream-reader.ts";

/** What a reader believes, and what it does with the rest. */
export interface ValidityRules {
  readonly keys: PinnedKeys;
  /** Unix milliseconds. */
  now(): number;
  /** Called for each key whose newest value counts for nothing. */
  onJunk(junk: JunkDesired): void;
}

/** Without keys: by shape and address. */
export const BY_SHAPE: ValidityRules = { keys: { signers: [], exchange: [] }, now: Date.now, onJunk: () => undefined };

export interface DesiredKey {
  readonly node: NodeName;
  readonly service: ServiceName;
}

/** Both absent for a key that was deleted. */
export interface ValidDesired {
  readonly stored?: StoredDesired;
  readonly junk?: JunkDesired;
}

type Judged = { readonly document: DesiredService } | JunkReason;

/** The newest message of a key. */
export interface NewestMessage {
  readonly key: DesiredKey;
  readonly message: StoredMessage;
}

/** Why the newest value of a key counts for nothing, and who wrote it, as far as that can be read. */
export interface JunkReason {
  readonly reason: string;
  readonly author?: string;
}

/** What counts of a key without a look at its history; or why the history must be read: see `pastJunk`. */
export function newestValid(
  validity: ValidityRules,
  { key, message }: NewestMessage,
): ValidDesired | { readonly ignored: JunkReason } {
  if (message.deleted) return {};
  const newest = judged(validity, key, message);
  if ("reason" in newest) return { ignored: newest };
  return { stored: { document: newest.document, revision: message.revision } };
}

/** What counts of a key whose newest value does not. @throws McpError as Connection.call */
export async function pastJunk(
  connection: Connection,
  validity: ValidityRules,
  { key, message: { revision }, newest }: NewestMessage & { readonly newest: JunkReason },
): Promise<ValidDesired> {
  const history = await validHistory(connection, validity, key);
  const document = history.at(-1)?.document;
  const needsKeys = document?.proof !== undefined && !hasKeys(validity.keys);
  const junk: JunkDesired = { ...key, revision, ...newest, ...(needsKeys ? { needsKeys } : {}) };
  validity.onJunk(junk);
  return { junk, ...(document === undefined ? {} : { stored: { document, revision, junk } }) };
}

/** The documents of a key that count, oldest first, each with its own revision. @throws McpError as Connection.call */
export async function validHistory(
  connection: Connection,
  validity: ValidityRules,
  key: DesiredKey,
): Promise<StoredDesired[]> {
  const { messages } = await readRange(connection, {
    stream: bucketStream(DESIRED_BUCKET),
    filter: keySubject(DESIRED_BUCKET, serviceKey(key.node, key.service)),
    from: { start: "first" },
  });
  return messages.flatMap((message) => {
    const one = message.deleted ? { reason: "" } : judged(validity, key, message);
    return "document" in one ? [{ document: one.document, revision: message.revision }] : [];
  });
}

function judged({ keys, now }: ValidityRules, key: DesiredKey, { data, storedMs }: StoredMessage): Judged {
  try {
    const document = desiredCodec.decode(data);
    const reason = reasonToIgnore({ ...key, document, latestMs: Math.max(now(), storedMs), keys });
    return reason === undefined ? { document } : { reason, ...present({ author: document.author }) };
  } catch (error) {
    return { reason: messageOf(error) };
  }
}
