/**
 * The state of a service under whatever counts for nothing: the newest document that counts, or if junk has filled the
 * history, the node's accepted document, asked live. If the node is silent, its last report is all that is left.
 */
import pLimit from "p-limit";
import type { DesiredBucket, JunkDesired, OperatorBus, StoredDesired } from "../../bus/ports/operator-bus.ts";
import type { DesiredService, StateRef } from "../../schemas/service/desired.ts";
import { serviceKey } from "../../schemas/wire/buckets.ts";
import { isLeap } from "../../trust/stored-intent.ts";
import type { NodeName, ServiceName } from "../../values/names.ts";
import { present } from "../../values/present.ts";

/** A node that is online answers within milliseconds. */
const ANSWER_MS = 3_000;

export interface UnderJunk {
  readonly stored: StoredDesired | undefined;
  readonly junk?: JunkDesired;
}

interface Key {
  readonly node: NodeName;
  readonly service: ServiceName;
}

/**
 * @param listed the newest document of the key that counts by itself
 * @param accepted what the node reported
 */
export async function lookPastJunk(
  bus: OperatorBus,
  key: Key,
  { listed, accepted }: { readonly listed: StoredDesired | undefined; readonly accepted: StateRef | undefined },
): Promise<UnderJunk> {
  if (listed !== undefined && accepted !== undefined && leaps(listed.document, accepted))
    return await belowLeap(bus, listed, accepted);
  if (listed !== undefined) return { stored: listed, ...present({ junk: listed.junk }) };
  const junk = await bus.readJunk(key.node, key.service);
  if (junk === undefined) return { stored: undefined };
  const document = await acceptedDocument(bus, key);
  return { stored: document && { document, revision: junk.revision, junk }, junk };
}

/** Keys looked at together; those of a sound bus need nothing. */
const AT_ONCE = 16;

/**
 * The same for a whole bucket. Only keys whose history is full of junk, or whose generation leaps, cost more than nothing.
 * @param acceptedOf what the node of a key reported
 */
export async function lookPastBucket(
  bus: OperatorBus,
  bucket: DesiredBucket,
  acceptedOf: (key: string) => StateRef | undefined,
): Promise<DesiredBucket> {
  const { documents, junk = [] } = bucket;
  const listed = new Map(documents.map((stored) => [keyOf(stored.document), stored]));
  const buried = junk.filter((one) => !listed.has(keyOf(one)));
  const leaping = documents.map(({ document }) => document).filter((one) => leaps(one, acceptedOf(keyOf(one))));
  const doubtful = new Map([...buried, ...leaping].map((one) => [keyOf(one), one]));
  if (doubtful.size === 0) return bucket;
  const limit = pLimit(AT_ONCE);
  const found = await Promise.all(
    [...doubtful].map(([key, { node, service }]) =>
      limit(() => lookPastJunk(bus, { node, service }, { listed: listed.get(key), accepted: acceptedOf(key) })),
    ),
  );
  const isSound = (one: Key) => !doubtful.has(keyOf(one));
  return {
    ...bucket,
    documents: [
      ...documents.filter(({ document }) => isSound(document)),
      ...found.flatMap(({ stored }) => stored ?? []),
    ],
    junk: [...junk.filter(isSound), ...found.flatMap((one) => one.junk ?? [])],
  };
}

const keyOf = ({ node, service }: Key) => serviceKey(node, service);

function leaps({ generation }: DesiredService, accepted: StateRef | undefined): boolean {
  return accepted !== undefined && isLeap(accepted.generation, generation);
}

/** No node accepts a generation that is so far above its own, whoever signed it. */
async function belowLeap(bus: OperatorBus, listed: StoredDesired, accepted: StateRef): Promise<UnderJunk> {
  const { node, service, generation, author } = listed.document;
  const reason = `generation ${generation} is far above ${accepted.generation}, which ${node} accepted`;
  const junk: JunkDesired = { node, service, revision: listed.revision, reason, author };
  const history = await bus.historyOf(node, service);
  const below = history.findLast(({ document }) => !isLeap(accepted.generation, document.generation));
  const document = below?.document ?? (await acceptedDocument(bus, listed.document));
  return { stored: document && { document, revision: listed.revision, junk }, junk };
}

async function acceptedDocument(bus: OperatorBus, { node, service }: Key): Promise<DesiredService | undefined> {
  const options = { nodes: [node], idleMs: ANSWER_MS, signal: AbortSignal.timeout(2 * ANSWER_MS) };
  for await (const { body } of bus.ask({ verb: "accepted" }, options)) {
    const documents = body?.verb === "accepted" ? body.documents : [];
    const found = documents.find((document) => document.node === node && document.service === service);
    if (found !== undefined) return found;
  }
  return undefined;
}
