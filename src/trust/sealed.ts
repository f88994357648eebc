/** Sealed messages: bytes that one curve key has sealed for another, with the name of the one that sealed them. */
import type { SealedMessage } from "../schemas/wire/login.ts";
import { type CurveKey, isPublicKey } from "./keys.ts";

/** @param to public curve key of the only one who can open it */
export function sealMessage(data: Uint8Array, key: CurveKey, to: string): SealedMessage {
  return { version: 1, from: key.publicKey, box: Buffer.from(key.seal(data, to)).toString("base64") };
}

/** Undefined for what the key that it names has not sealed for this one, or was altered since. Never throws. */
export function openMessage({ from, box }: SealedMessage, key: CurveKey): Uint8Array | undefined {
  return isPublicKey(from, "curve") ? key.open(Buffer.from(box, "base64"), from) : undefined;
}
