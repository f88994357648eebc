/**
 * Writes desired state by compare-and-set. If the acknowledgement of a write is lost, the stream's leader is asked for the key and
 * for what was written right after the expected revision: nothing else can be this write. So a write that was stored is never
 * reported as failed.
 */

import type { DesiredService } from "../../schemas/service/desired.ts";
import { DESIRED_BUCKET, serviceKey } from "../../schemas/wire/buckets.ts";
import { desiredCodec } from "../../schemas/wire/codec.ts";
import { hasCode, McpError } from "../../values/error.ts";
import { isName } from "../../values/names.ts";
import { CALL_TIMEOUT_MS, type Connection } from "../connection/connection.ts";
import type { StoredDesired } from "../ports/operator-bus.ts";
import { leaderGet, leaderGetNext, type StoredMessage } from "./direct-get.ts";
import { indexError, isListed, listServices } from "./node-index.ts";
import { putKey } from "./publish-with-ack.ts";

/** A write is repeated only if the bus shows that it was not stored. */
const MAX_TRIES = 2;

const address = ({ node, service }: DesiredService) => ({ bucket: DESIRED_BUCKET, key: serviceKey(node, service) });

/**
 * Stores the document if its key is at `revision` and lists it in its node's index; returns the new revision.
 * @throws McpError E_CONFLICT with `details: StoredDesired`, E_USAGE (invalid names), E_BUS_UNREACHABLE (not sent, or
 *   outcome unknown), E_BUS (stored, but not listed)
 */
export async function writeDesired(
  connection: Connection,
  document: DesiredService,
  revision: number,
): Promise<number> {
  const { node, service } = document;
  const [written, listed] = await Promise.all([
    writeDocument(connection, document, revision),
    isListed(connection, node, service), // in parallel: the usual case costs one round trip
  ]);
  if (listed) return written;
  await listServices(connection, node, [service]).catch((cause) => {
    throw indexError(node, cause);
  });
  return written;
}

/** The document alone, without the index. @throws McpError as writeDesired, except E_BUS */
export async function writeDocument(
  connection: Connection,
  document: DesiredService,
  revision: number,
): Promise<number> {
  const { node, service } = document;
  if (!isName(node) || !isName(service)) throw new McpError("E_USAGE", `"${node}/${service}" is not a valid key`);
  connection.requireConnected(`write ${service} on ${node}`);
  const value = desiredCodec.encode(document);
  const tried = [revision];
  for (let expected = revision; ; ) {
    try {
      return await putKey(connection, address(document), { value, expected });
    } catch (error) {
      const isAnswer = !hasCode(error, "E_CONFLICT") && !hasCode(error, "E_BUS_UNREACHABLE");
      if (isAnswer && tried.length === 1) throw error; // else the bus may still store the try before
      const key = await lookUp(connection, document, { tried, error });
      if (key.own !== undefined) return key.own;
      const isDeleted = key.other === undefined && key.isUnreadable === undefined;
      const unchanged = key.revision === expected || (isDeleted && revision === 0);
      const isRefused = tried.length === 1 && hasCode(error, "E_CONFLICT"); // else a leader may have been asked that was replaced
      if (!unchanged && (isRefused || key.revision > expected)) throw conflict(document, key);
      // A new leader refuses what it already has in its log and does not show yet: that may be the first try.
      if (!unchanged || tried.length >= MAX_TRIES) throw unknownOutcome(document, error);
      expected = key.revision; // the write was not stored, or the key holds a deletion marker
      tried.push(expected);
    }
  }
}

/** What a key holds after a write failed. */
interface KeyState {
  /** The revision of our own write, if it was stored. Others may have written the key since. */
  readonly own?: number;
  /** The document of somebody else; absent if the key holds none. */
  readonly other?: StoredDesired;
  /** The key holds something that cannot be read. */
  readonly isUnreadable?: true;
  /** The revision that the next write must expect; 0 if the key was never written. */
  readonly revision: number;
}

interface Tries {
  /** The revisions that the tries so far expected. */
  readonly tried: readonly number[];
  /** Why the last one failed. */
  readonly error: unknown;
}

async function lookUp(connection: Connection, document: DesiredService, { tried, error }: Tries): Promise<KeyState> {
  try {
    await connection.whenConnected(AbortSignal.timeout(CALL_TIMEOUT_MS));
    return await readKey(connection, document, tried);
  } catch {
    throw unknownOutcome(document, error); // whatever kept it from being read, such as a stream without a leader
  }
}

function unknownOutcome({ node, service }: DesiredService, cause: unknown): McpError {
  return new McpError("E_BUS_UNREACHABLE", `it is not known whether ${service} on ${node} was written`, { cause });
}

async function readKey(connection: Connection, document: DesiredService, tried: readonly number[]): Promise<KeyState> {
  const message = await leaderGet(connection, address(document));
  if (message === undefined) return { revision: 0 };
  const { revision, deleted } = message;
  const isOwn = (stored: StoredDesired | undefined) => stored?.document.writeId === document.writeId;
  const newest = readable(message);
  if (isOwn(newest)) return { own: revision, revision };
  const passed = [...new Set(tried)].filter((expected) => expected < revision);
  const followed = await Promise.all(passed.map((expected) => leaderGetNext(connection, address(document), expected)));
  const own = followed.find((next) => next !== undefined && isOwn(readable(next)));
  if (own !== undefined) return { own: own.revision, revision };
  if (deleted) return { revision };
  return newest === undefined ? { isUnreadable: true, revision } : { other: newest, revision };
}

/** Undefined for what cannot be read, and for a deletion. */
function readable({ data, revision, deleted }: StoredMessage): StoredDesired | undefined {
  try {
    return deleted ? undefined : { document: desiredCodec.decode(data), revision };
  } catch {
    return undefined; // counts for nothing
  }
}

function conflict({ node, service }: DesiredService, { other, isUnreadable }: KeyState): McpError {
  const what = `${service} on ${node}`;
  if (isUnreadable) return new McpError("E_CONFLICT", `${what} was overwritten with something that cannot be read`);
  if (other === undefined) return new McpError("E_CONFLICT", `${what} was removed from the bus by somebody else`);
  return new McpError("E_CONFLICT", `${what} was written by ${other.document.author} at the same time`, {
    details: other,
  });
}
