/** Reads and writes the revocation list in its bucket. src/trust/revocations.ts signs and checks it. */

import type { RevocationList } from "../../schemas/service/proof.ts";
import { REVOKED_KEY, TRUST_BUCKET } from "../../schemas/wire/buckets.ts";
import { revocationsCodec } from "../../schemas/wire/codec.ts";
import { isSignedBy } from "../../trust/revocations.ts";
import { hasKeys, type PinnedKeys } from "../../trust/stored-intent.ts";
import { messageOf } from "../../values/error.ts";
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

export interface RemovedPorts {
  /** Keys of operators and of the login exchange that this workstation knows. */
  readonly keys: PinnedKeys;
  /** Called once when the list cannot be used. */
  onProblem(text: string): void;
}

/**
 * The public keys of the removed operators, read once, when they are first asked for. Without keys nothing is read: nobody's
 * signature counts then. Never rejects: a list that cannot be read or trusted is a problem, and removes nobody.
 */
export function removedOperators(
  connection: Connection,
  { keys, onProblem }: RemovedPorts,
): () => Promise<ReadonlySet<string>> {
  const read = async (): Promise<ReadonlySet<string>> => {
    if (!hasKeys(keys)) return new Set();
    try {
      const { list } = await readRevocations(connection);
      if (list === undefined) return new Set();
      if (isSignedBy(list, keys.signers)) return new Set(list.revoked.map(({ publicKey }) => publicKey));
      onProblem("the list of removed operators counts for nothing: no key in `signers` of [trust] signed it");
    } catch (error) {
      onProblem(`the list of removed operators cannot be read: ${messageOf(error)}`);
    }
    return new Set();
  };
  return once(read);
}

function once<T>(read: () => Promise<T>): () => Promise<T> {
  const first: { result?: Promise<T> } = {};
  return () => (first.result ??= read());
}

/** The serial of the stored list (0 if there is no valid one), and the revision that the next write must expect. */
export async function currentSerial(
  connection: Connection,
): Promise<{ readonly serial: number; readonly revision: number }> {
  const message = await leaderGet(connection, REVOKED);
  if (message === undefined) return { serial: 0, revision: 0 };
  const { revision, deleted, data } = message;
  try {
    return { serial: deleted ? 0 : revocationsCodec.decode(data).serial, revision };
  } catch {
    return { serial: 0, revision }; // broken counts as missing
  }
}

/** @throws McpError E_CONFLICT if somebody else wrote first */
export async function writeRevocations(connection: Connection, list: RevocationList, revision: number): Promise<void> {
  await putKey(connection, REVOKED, { value: revocationsCodec.encode(list), expected: revision });
}
