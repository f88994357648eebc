/** One-time codes by RFC 6238: HMAC-SHA-1 over half minutes, six digits. */
import { createHmac } from "node:crypto";

const STEP_S = 30;

/** @param steps 0: the code now, -1: the one before */
export function totpCode(secret: Uint8Array, nowMs: number, steps = 0): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(nowMs / 1000 / STEP_S) + steps));
  const mac = createHmac("sha1", secret).update(counter).digest();
  const at = (mac.at(-1) ?? 0) & 0x0f;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}
