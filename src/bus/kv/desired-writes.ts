/**
 * Writing desired state: compare-and-set, and the truth about it. A write whose acknowledgement was lost is looked up
 * by its `writeId`, at the stream's leader and in the key's history, before anybody is told that it failed.
 */

import type { DesiredService } from "../../schemas/service/desired.ts";
import { DESIRED_BUCKET, serviceKey } from "../../schemas/wire/buckets.ts";
import { desiredCodec } from "../../schemas/wire/codec.ts";
import { hasCode, McpError } from "../../values/error.ts";
import { isName } from "../../values/names.ts";
import { CALL_TIMEOUT_MS, type Connection } from "../connection/connection.ts";
import type { StoredDesired } from "../ports/operator-bus.ts";
import { historyOf, storedDesired } from "./desired-bucket.ts";
import { leaderGet } from "./direct-get.ts";
import { isListed, listServices } from "./node-index.ts";
import { putKey } from "./publish-with-ack.ts";

/** Only a write that provably never arrived is tried again. */
const MAX_TRIES = 2;

const address = ({ node, service }: DesiredService) => ({ bucket: DESIRED_BUCKET, key: serviceKey(node, service) });

/**
 * Stores the document if its key is at `revision` and lists it in its node's index; returns the new revision.
 * @throws McpError E_CONFLICT with `details: StoredDesired`, E_USAGE (no names), E_BUS_UNREACHABLE (not sent, or
 *   outcome unknown)
 */
export async function writeDesired(
  connection: Connection,
  document: DesiredService,
  revision: number,
): Promise<number> {
  const { node, service } = document;
  const [written, listed] = await Promise.all([
    writeDocument(connection, document, revision),
    isListed(connection, node, service), // at the same time, so that the usual case costs one round trip
  ]);
  if (!listed) await listServices(connection, node, [service]);
  return written;
}

/** The document alone, without the index. @throws McpError as writeDesired */
export async function writeDocument(
  connection: Connection,
  document: DesiredService,
  revision: number,
): Promise<number> {
  const { node, service } = document;
  if (!isName(node) || !isName(service)) throw new McpError("E_USAGE", `"${node}/${service}" cannot be a key`);
  connection.requireConnected(`write ${service} on ${node}`);
  const value = desiredCodec.encode(document);
  let expected = revision;
  for (let tries = 1; ; tries++) {
    try {
      return await putKey(connection, address(document), { value, expected });
    } catch (error) {
      if (!hasCode(error, "E_CONFLICT") && !hasCode(error, "E_BUS_UNREACHABLE")) throw error;
      const now = await lookUp(connection, document, error);
      if (now.own !== undefined) return now.own;
      const unchanged = now.revision === expected || (now.other === undefined && revision === 0);
      if (!unchanged) throw conflict(document, now.other);
      if (tries >= MAX_TRIES) throw error;
      expected = now.revision; // the write never arrived, or a deletion marker stands there
    }
  }
}

interface KeyNow {
  /** The revision of one's own write, when it landed (others may have written upon it since). */
  readonly own?: number;
  /** What is there instead; absent when there is no document. */
  readonly other?: StoredDesired;
  /** The revision to name in a write now; 0 when the key was never written. */
  readonly revision: number;
}

async function lookUp(connection: Connection, document: DesiredService, failure: unknown): Promise<KeyNow> {
  try {
    await connection.whenConnected(AbortSignal.timeout(CALL_TIMEOUT_MS));
    return await readKey(connection, document);
  } catch (cause) {
    if (!hasCode(cause, "E_BUS_UNREACHABLE")) throw cause;
    const what = `${document.service} on ${document.node}`;
    throw new McpError("E_BUS_UNREACHABLE", `whether the write of ${what} landed is not known`, { cause: failure });
  }
}

async function readKey(connection: Connection, document: DesiredService): Promise<KeyNow> {
  const message = await leaderGet(connection, address(document));
  if (message === undefined) return { revision: 0 };
  const { revision, deleted } = message;
  if (deleted) return { revision };
  const other = storedDesired(message);
  if (other.document.writeId === document.writeId) return { own: revision, revision };
  const history = await historyOf(connection, document.node, document.service);
  const own = history.find((stored) => stored.document.writeId === document.writeId);
  return own === undefined ? { other, revision } : { own: own.revision, revision };
}

function conflict({ node, service }: DesiredService, other?: StoredDesired): McpError {
  const by = other === undefined ? "is gone from the bus" : `was written by ${other.document.author} meanwhile`;
  return new McpError("E_CONFLICT", `${service} on ${node} ${by}`, other === undefined ? {} : { details: other });
}
