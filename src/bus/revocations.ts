/** The revocation list as operators read and write it. Signing and checking it are trust/revocations.ts's. */
import { REVOKED_KEY, TRUST_BUCKET } from "../schemas/buckets.ts";
import { revocationsCodec } from "../schemas/codec.ts";
import type { RevocationList } from "../schemas/proof.ts";
import type { Link } from "./link.ts";
import type { StoredRevocations } from "./operator-bus.ts";
import { leaderGet } from "./stored-message.ts";
import { putKey } from "./stored-put.ts";

const REVOKED = { bucket: TRUST_BUCKET, key: REVOKED_KEY };

export async function readRevocations(link: Link): Promise<StoredRevocations> {
  const message = await leaderGet(link, REVOKED);
  if (message === undefined) return { revision: 0 };
  const { revision, deleted, data } = message;
  return deleted ? { revision } : { list: revocationsCodec.decode(data), revision };
}

/** The serial that stands, 0 where no list does or none that can be read, and the revision to write upon. */
export async function standingSerial(link: Link): Promise<{ readonly serial: number; readonly revision: number }> {
  const message = await leaderGet(link, REVOKED);
  if (message === undefined) return { serial: 0, revision: 0 };
  const { revision, deleted, data } = message;
  try {
    return { serial: deleted ? 0 : revocationsCodec.decode(data).serial, revision };
  } catch {
    return { serial: 0, revision }; // broken: as good as missing
  }
}

/** @throws McpError E_CONFLICT when somebody else was quicker */
export async function writeRevocations(link: Link, list: RevocationList, revision: number): Promise<void> {
  await putKey(link, REVOKED, { value: revocationsCodec.encode(list), expected: revision });
}
