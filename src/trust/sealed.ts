/** Sealed messages: bytes that one curve key encrypted for another, with the sender's public key. */
import type { SealedMessage } from "../schemas/wire/login.ts";
import { type CurveKey, isPublicKey } from "./keys.ts";

/** @param to public curve key of the recipient */
export function sealMessage(data: Uint8Array, key: CurveKey, to: string): SealedMessage {
  return { version: 1, from: key.publicKey, box: Buffer.from(key.seal(data, to)).toString("base64") };
}

/** Undefined if `from` did not seal it for this key, or it was changed. Never throws. */
export function openMessage({ from, box }: SealedMessage, key: CurveKey): Uint8Array | undefined {
  return isPublicKey(from, "curve") ? key.open(Buffer.from(box, "base64"), from) : undefined;
}
