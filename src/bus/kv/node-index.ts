/** The index of a node's services. Writers of desired state update it by compare-and-set, after the document. */

import { setTimeout as delay } from "node:timers/promises";
import type { NodeIndex } from "../../schemas/service/desired.ts";
import { DESIRED_BUCKET, indexKey } from "../../schemas/wire/buckets.ts";
import { indexCodec } from "../../schemas/wire/codec.ts";
import { hasCode, McpError, messageOf } from "../../values/error.ts";
import type { NodeName, ServiceName } from "../../values/names.ts";
import type { Connection } from "../connection/connection.ts";
import type { NodeServices } from "../ports/operator-bus.ts";
import { servicesOf } from "./desired-bucket.ts";
import { directGet, leaderGet, type StoredMessage } from "./direct-get.ts";
import { putKey } from "./publish-with-ack.ts";

/**
 * Others may update the same index at the same time. Each failed try means that one of them succeeded, or that a new leader does
 * not show yet what it has in its log.
 */
const MAX_TRIES = 20;
/** Before a try at a revision that was refused: all of them together give a new leader five seconds. */
const BEHIND_PAUSE_MS = 250;

const address = (node: NodeName) => ({ bucket: DESIRED_BUCKET, key: indexKey(node) });

/** True if the index lists the service. False also if the index cannot be read: the write that follows reports why. */
export async function isListed(connection: Connection, node: NodeName, service: ServiceName): Promise<boolean> {
  try {
    return indexOf(await directGet(connection, address(node)))?.services.includes(service) ?? false;
  } catch {
    return false;
  }
}

/** Adds the services that the index lacks. A missing or broken index is rebuilt from the node's keys. */
export async function listServices(
  connection: Connection,
  node: NodeName,
  added: readonly ServiceName[],
): Promise<void> {
  let refusedAt: number | undefined;
  for (let tries = 1; ; tries++) {
    const message = await leaderGet(connection, address(node));
    const revision = message?.revision ?? 0;
    const listed = indexOf(message)?.services ?? (await servicesOf(connection, node));
    if (indexOf(message) !== undefined && added.every((service) => listed.includes(service))) return;
    try {
      return await putIndex(connection, node, { services: [...listed, ...added], revision });
    } catch (error) {
      if (!hasCode(error, "E_CONFLICT") || tries >= MAX_TRIES) throw error;
      if (revision === refusedAt) await delay(BEHIND_PAUSE_MS);
      refusedAt = revision;
    }
  }
}

/** Replaces the index if it is at this revision (0: never written). @throws McpError E_CONFLICT; as Connection.call */
export async function putIndex(
  connection: Connection,
  node: NodeName,
  { services, revision }: NodeServices,
): Promise<void> {
  const index: NodeIndex = { version: 1, node, services: [...new Set(services)].sort() };
  await putKey(connection, address(node), { value: indexCodec.encode(index), expected: revision });
}

/** The documents are stored, their node's index is not. */
export function indexError(node: NodeName, cause: unknown): McpError {
  return new McpError("E_BUS", `the index of ${node} could not be written: ${messageOf(cause)}`, {
    cause,
    hint: "its documents are stored; run `mcp sync`, which repairs the index",
  });
}

function indexOf(message: StoredMessage | undefined): NodeIndex | undefined {
  if (message === undefined || message.deleted) return undefined;
  try {
    return indexCodec.decode(message.data);
  } catch {
    return undefined; // broken counts as missing
  }
}
