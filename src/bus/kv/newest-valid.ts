/**
 * Which stored value of a desired key counts: the newest one, or if that counts for nothing, the newest in the key's history
 * that does. So one bad value, which everybody with the right to write can put there, hides nothing and locks nothing.
 */
import type { DesiredService, StateRef } from "../../schemas/service/desired.ts";
import { bucketStream, DESIRED_BUCKET, keySubject, OBSERVED_BUCKET, serviceKey } from "../../schemas/wire/buckets.ts";
import { desiredCodec, observedCodec } from "../../schemas/wire/codec.ts";
import { hasKeys, isHistory, type PinnedKeys, reasonToIgnore, removedSigner } from "../../trust/stored-intent.ts";
import { messageOf } from "../../values/error.ts";
import type { NodeName, ServiceName } from "../../values/names.ts";
import { present } from "../../values/present.ts";
import type { Connection } from "../connection/connection.ts";
import type { JunkDesired, StoredDesired } from "../ports/operator-bus.ts";
import { directGet, type StoredMessage } from "./direct-get.ts";
import { readRange } from "./stream-reader.ts";

/** What a reader believes, and what it does with the rest. */
export interface ValidityRules {
  readonly keys: PinnedKeys;
  /** Public keys of the removed operators. Never rejects. */
  removed(): Promise<ReadonlySet<string>>;
  /** Unix milliseconds. */
  now(): number;
  /** Called for each key whose newest value counts for nothing. */
  onJunk(junk: JunkDesired): void;
}

/** The same with the public keys of the removed operators. */
export type KnownRules = Pick<ValidityRules, "keys" | "now"> & { readonly removed: ReadonlySet<string> };

export async function knownRules({ keys, now, removed }: ValidityRules): Promise<KnownRules> {
  return { keys, now, removed: await removed() };
}

/** Without keys: by shape and address. */
export const BY_SHAPE: ValidityRules = {
  keys: { signers: [], exchange: [] },
  removed: async () => new Set(),
  now: Date.now,
  onJunk: () => undefined,
};

export interface DesiredKey {
  readonly node: NodeName;
  readonly service: ServiceName;
}

/** Both absent for a key that was deleted. */
export interface ValidDesired {
  readonly stored?: StoredDesired;
  readonly junk?: JunkDesired;
}

/** A value that counts. */
interface Valid {
  readonly document: DesiredService;
  readonly doubt?: undefined;
}

/** A value that counts for nothing; but a document of a removed operator counts if its node has accepted it or a later one. */
export interface Doubtful {
  readonly doubt: JunkReason;
  readonly document?: DesiredService;
}

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

/** What counts of a key as its newest value shows; or why its history and its node's report decide: see `pastJunk`. */
export function newestValid(
  rules: KnownRules,
  { key, message }: NewestMessage,
): ValidDesired | { readonly doubtful: Doubtful } {
  if (message.deleted) return {};
  const newest = judged(rules, key, message);
  if (newest.doubt !== undefined) return { doubtful: newest };
  return { stored: { document: newest.document, revision: message.revision } };
}

/** What counts of a key whose newest value is doubtful. @throws McpError as Connection.call */
export async function pastJunk(
  connection: Connection,
  validity: ValidityRules,
  { key, message: { revision }, newest }: NewestMessage & { readonly newest: Doubtful },
): Promise<ValidDesired> {
  if (newest.document !== undefined && isHistory(newest.document, await acceptedBy(connection, key)))
    return { stored: { document: newest.document, revision } };
  const history = await validHistory(connection, validity, key);
  const document = history.at(-1)?.document;
  const needsKeys = document?.proof !== undefined && !hasKeys(validity.keys);
  const junk: JunkDesired = { ...key, revision, ...newest.doubt, ...(needsKeys ? { needsKeys } : {}) };
  validity.onJunk(junk);
  return { junk, ...(document === undefined ? {} : { stored: { document, revision, junk } }) };
}

/** The documents of a key that count, oldest first, each with its own revision. @throws McpError as Connection.call */
export async function validHistory(
  connection: Connection,
  validity: ValidityRules,
  key: DesiredKey,
): Promise<StoredDesired[]> {
  const [{ messages }, rules] = await Promise.all([
    readRange(connection, {
      stream: bucketStream(DESIRED_BUCKET),
      filter: keySubject(DESIRED_BUCKET, serviceKey(key.node, key.service)),
      from: { start: "first" },
    }),
    knownRules(validity),
  ]);
  const all = messages
    .filter(({ deleted }) => !deleted)
    .map((message) => ({ ...judged(rules, key, message), revision: message.revision }));
  const hasHistory = all.some(({ document, doubt }) => document !== undefined && doubt !== undefined);
  const accepted = hasHistory ? await acceptedBy(connection, key) : undefined;
  return all.flatMap(({ document, doubt, revision }) => {
    if (document === undefined || (doubt !== undefined && !isHistory(document, accepted))) return [];
    return [{ document, revision }];
  });
}

/** What the node of a key last reported as accepted; undefined when there is no report that can be read. */
async function acceptedBy(connection: Connection, { node, service }: DesiredKey): Promise<StateRef | undefined> {
  const message = await directGet(connection, { bucket: OBSERVED_BUCKET, key: serviceKey(node, service) });
  if (message === undefined || message.deleted) return undefined;
  try {
    return observedCodec.decode(message.data).accepted ?? undefined;
  } catch {
    return undefined; // such a report is named where reports are read
  }
}

function judged(
  { keys, now, removed }: KnownRules,
  key: DesiredKey,
  { data, storedMs }: StoredMessage,
): Valid | Doubtful {
  try {
    const document = desiredCodec.decode(data);
    const { author } = document;
    const facts = { ...key, document, latestMs: Math.max(now(), storedMs), keys };
    const flaw = reasonToIgnore(facts);
    if (flaw !== undefined) return { doubt: { reason: flaw, ...present({ author }) } };
    const reason = removedSigner(facts, removed);
    return reason === undefined ? { document } : { document, doubt: { reason, author } };
  } catch (error) {
    return { doubt: { reason: messageOf(error) } };
  }
}
