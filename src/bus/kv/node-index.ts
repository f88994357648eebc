/**
 * The index of a node's services, which only writers of desired state maintain: after the document, compare-and-set.
 */

import type { NodeIndex } from "../../schemas/service/desired.ts";
import { DESIRED_BUCKET, indexKey } from "../../schemas/wire/buckets.ts";
import { indexCodec } from "../../schemas/wire/codec.ts";
import { hasCode } from "../../values/error.ts";
import type { NodeName, ServiceName } from "../../values/names.ts";
import type { Connection } from "../connection/connection.ts";
import type { NodeServices } from "../ports/operator-bus.ts";
import { servicesOf } from "./desired-bucket.ts";
import { directGet, leaderGet, type StoredMessage } from "./direct-get.ts";
import { putKey } from "./publish-with-ack.ts";

/** Writers of other services of the same node may be at it too: each try loses at most to one that got on. */
const MAX_TRIES = 20;

const address = (node: NodeName) => ({ bucket: DESIRED_BUCKET, key: indexKey(node) });

/** True when the index lists the service; false also when it cannot be read (the write of it will tell why). */
export async function isListed(connection: Connection, node: NodeName, service: ServiceName): Promise<boolean> {
  try {
    return indexOf(await directGet(connection, address(node)))?.services.includes(service) ?? false;
  } catch {
    return false; // see above
  }
}

/** Adds the services that are missing; a missing or broken index is rebuilt from the node's keys. */
export async function listServices(
  connection: Connection,
  node: NodeName,
  added: readonly ServiceName[],
): Promise<void> {
  for (let tries = 1; ; tries++) {
    const message = await leaderGet(connection, address(node));
    const known = indexOf(message)?.services ?? (await servicesOf(connection, node));
    if (indexOf(message) !== undefined && added.every((service) => known.includes(service))) return;
    try {
      return await putIndex(connection, node, { services: [...known, ...added], revision: message?.revision ?? 0 });
    } catch (error) {
      if (!hasCode(error, "E_CONFLICT") || tries >= MAX_TRIES) throw error;
    }
  }
}

/** Replaces the index that is at this revision (0: never written). @throws McpError E_CONFLICT; as Connection.call */
export async function putIndex(
  connection: Connection,
  node: NodeName,
  { services, revision }: NodeServices,
): Promise<void> {
  const index: NodeIndex = { version: 1, node, services: [...new Set(services)].sort() };
  await putKey(connection, address(node), { value: indexCodec.encode(index), expected: revision });
}

function indexOf(message: StoredMessage | undefined): NodeIndex | undefined {
  if (message === undefined || message.deleted) return undefined;
  try {
    return indexCodec.decode(message.data);
  } catch {
    return undefined; // broken: as good as missing
  }
}
