/** The revocation list as operators read and write it. Signing and checking it are trust/revocations.ts's. */

import type { RevocationList } from "../../schemas/service/proof.ts";
import { REVOKED_KEY, TRUST_BUCKET } from "../../schemas/wire/buckets.ts";
import { revocationsCodec } from "../../schemas/wire/codec.ts";
import type { Connection } from "../connection/connection.ts";
import type { StoredRevocations } from "../ports/operator-bus.ts";
import { leaderGet } from "./direct-get.ts";
import { putKey } from "./publish-with-ack.ts";

const REVOKED = { bucket: TRUST_BUCKET, key: REVOKED_KEY };

export async function readRevocations(connection: Connection): Promise<StoredRevocations> {
  const message = await leaderGet(connection, REVOKED);
  if (message === undefined) return { revision: 0 };
  const { revision, deleted, data } = message;
  return deleted ? { revision } : { list: revocationsCodec.decode(data), revision };
}

/** The serial that stands, 0 where no list does or none that can be read, and the revision to write upon. */
export async function currentSerial(
  connection: Connection,
): Promise<{ readonly serial: number; readonly revision: number }> {
  const message = await leaderGet(connection, REVOKED);
  if (message === undefined) return { serial: 0, revision: 0 };
  const { revision, deleted, data } = message;
  try {
    return { serial: deleted ? 0 : revocationsCodec.decode(data).serial, revision };
  } catch {
    return { serial: 0, revision }; // broken: as good as missing
  }
}

/** @throws McpError E_CONFLICT when somebody else was quicker */
export async function writeRevocations(connection: Connection, list: RevocationList, revision: number): Promise<void> {
  await putKey(connection, REVOKED, { value: revocationsCodec.encode(list), expected: revision });
}
