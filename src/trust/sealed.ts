/** Sealed messages: bytes that one curve key encrypted for another, with the sender's public key. */
import type { SealedMessage } from "../schemas/wire/login.ts";
import { type CurveKey, isPublicKey } from "./keys.ts";

/** @param to public curve key of the only recipient */
export function sealMessage(data: Uint8Array, key: CurveKey, to: string): SealedMessage {
  return { version: 1, from: key.publicKey, box: Buffer.from(key.seal(data, to)).toString("base64") };
}

/** Undefined if the named key did not seal it for this one, or it was altered. Never throws. */
export function openMessage({ from, box }: SealedMessage, key: CurveKey): Uint8Array | undefined {
  return isPublicKey(from, "curve") ? key.open(Buffer.from(box, "base64"), from) : undefined;
}
