/**
 * The list of removed operators, signed by a break-glass key of the control account, so an attacker who controls the bus
 * cannot forge it. The list only grows, and its serial increases by one with each change.
 */

import type { RevocationList } from "../schemas/service/proof.ts";
import { canonicalText } from "../values/canonical.ts";
import { isPublicKey, type SigningKey, verifyText } from "./keys.ts";
import { signedBytes } from "./proof.ts";

export type NewRevocations = Pick<RevocationList, "serial" | "at" | "revoked">;

/** @param key a signing key of the control account that nodes list in `signers` */
export function signRevocations(list: NewRevocations, key: SigningKey): RevocationList {
  const unsigned = { version: 1 as const, ...list, signer: key.publicKey };
  return { ...unsigned, sig: Buffer.from(key.sign(listBytes(unsigned))).toString("base64url") };
}

/** True if one of these keys signed the list and it was not changed. */
export function isSignedBy(list: RevocationList, signers: readonly string[]): boolean {
  if (!signers.includes(list.signer) || !isPublicKey(list.signer, "account")) return false;
  return verifyText(list.signer, listBytes(list), list.sig);
}

function listBytes(list: Omit<RevocationList, "sig">): Buffer {
  return signedBytes("mcp/1 revocations", () => canonicalText({ ...list, sig: undefined }));
}
