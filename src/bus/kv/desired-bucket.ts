/** Reads desired documents with an operator's permissions: one, a list, the whole bucket, or a history. */
import pLimit from "p-limit";
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
import { indexCodec } from "../../schemas/wire/codec.ts";
import { isName, type NodeName, type ServiceName } from "../../values/names.ts";
import type { Connection } from "../connection/connection.ts";
import type { DesiredBucket, JunkDesired, NodeServices, StoredDesired } from "../ports/operator-bus.ts";
import { decoded, readBucket } from "./bucket-list.ts";
import { directGet, type StoredMessage } from "./direct-get.ts";
import { listDirectly } from "./direct-list.ts";
import {
  type DesiredKey,
  knownRules,
  newestValid,
  pastJunk,
  type ValidDesired,
  type ValidityRules,
} from "./newest-valid.ts";
import { readRange } from "./stream-reader.ts";

export interface DesiredReader {
  readonly connection: Connection;
  readonly validity: ValidityRules;
}

/** The newest that counts. @throws McpError as Connection.call */
export async function readDesired(reader: DesiredReader, key: DesiredKey): Promise<StoredDesired | undefined> {
  return (await readKey(reader, key)).stored;
}

/** @throws McpError as Connection.call */
export async function readJunk(reader: DesiredReader, key: DesiredKey): Promise<JunkDesired | undefined> {
  return (await readKey(reader, key)).junk;
}

async function readKey({ connection, validity }: DesiredReader, key: DesiredKey): Promise<ValidDesired> {
  const [message, rules] = await Promise.all([
    directGet(connection, { bucket: DESIRED_BUCKET, key: serviceKey(key.node, key.service) }),
    knownRules(validity),
  ]);
  if (message === undefined) return {};
  const newest = newestValid(rules, { key, message });
  if (!("doubtful" in newest)) return newest;
  return await pastJunk(connection, validity, { key, message, newest: newest.doubtful });
}

export async function listDesired(
  reader: DesiredReader,
  filter: { readonly service?: ServiceName; readonly node?: NodeName } = {},
): Promise<StoredDesired[]> {
  return (await listWithJunk(reader, filter)).documents;
}

export async function listWithJunk(
  reader: DesiredReader,
  filter: { readonly service?: ServiceName; readonly node?: NodeName } = {},
): Promise<{ readonly documents: StoredDesired[]; readonly junk: JunkDesired[] }> {
  const { connection, validity } = reader;
  void validity.removed(); // read while the documents are read
  const range = { bucket: DESIRED_BUCKET, keys: serviceKey(filter.node ?? "*", filter.service ?? "*") };
  const newest = (await listDirectly(connection, range)) ?? (await readBucket(connection, range)).newest;
  return await believedAll(reader, newest);
}

/** Histories are read a few at a time: junk is rare, but may be everywhere. */
const HISTORIES_AT_ONCE = 16;

async function believedAll(
  { connection, validity }: DesiredReader,
  newest: ReadonlyMap<string, StoredMessage>,
): Promise<{ readonly documents: StoredDesired[]; readonly junk: JunkDesired[] }> {
  const rules = await knownRules(validity);
  const limit = pLimit(HISTORIES_AT_ONCE);
  const found: (ValidDesired | Promise<ValidDesired>)[] = [];
  for (const [text, message] of newest) {
    const key = parseServiceKey(text);
    if (key === undefined || !isName(key.node) || !isName(key.service)) continue;
    const one = newestValid(rules, { key, message });
    if (!("doubtful" in one)) found.push(one);
    else found.push(limit(() => pastJunk(connection, validity, { key, message, newest: one.doubtful })));
  }
  const all = await Promise.all(found);
  return { documents: all.flatMap(({ stored }) => stored ?? []), junk: all.flatMap(({ junk }) => junk ?? []) };
}

/** All documents and node indexes, in one read. */
export async function readDesiredBucket(reader: DesiredReader): Promise<DesiredBucket> {
  const { connection, validity } = reader;
  void validity.removed(); // read while the documents are read
  const { newest } = await readBucket(connection, { bucket: DESIRED_BUCKET, keys: "*.*" });
  const indexes = new Map<NodeName, NodeServices>();
  for (const [key, message] of newest) {
    const node = nodeOfIndexKey(key);
    if (node !== undefined)
      indexes.set(node, { services: servicesInIndex(connection, key, message), revision: message.revision });
  }
  return { ...(await believedAll(reader, newest)), indexes };
}

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

/** The services of a node that have a key, read without the index. */
export async function servicesOf(connection: Connection, node: NodeName): Promise<ServiceName[]> {
  const filter = keySubject(DESIRED_BUCKET, serviceKey(node, "*"));
  const range = { stream: bucketStream(DESIRED_BUCKET), filter, from: { start: "last-per-subject" } as const };
  const { messages } = await readRange(connection, range);
  const prefix = keySubject(DESIRED_BUCKET, serviceKey(node, ""));
  return messages.map((message) => message.subject.slice(prefix.length)).filter((name) => name !== INDEX_KEY);
}
