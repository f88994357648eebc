/** Whether an operator's credentials are valid, expired or removed. Pure. */
import type { OperatorRecord } from "../../schemas/settings/identity-file.ts";

const DAY_MS = 86_400_000;
/** Enough time to renew them. */
const SOON_MS = 14 * DAY_MS;

export interface Expiry {
  readonly state: "good" | "expires-soon" | "expired" | "removed";
  /** Time until they expire, negative after that; absent if they never expire. */
  readonly leftMs?: number;
}

export function expiryOf({ removedAt, expiresAt }: OperatorRecord, nowMs: number): Expiry {
  const leftMs = expiresAt === undefined ? undefined : Date.parse(expiresAt) - nowMs;
  const left = leftMs === undefined ? {} : { leftMs };
  if (removedAt !== undefined) return { state: "removed", ...left };
  if (leftMs === undefined || leftMs > SOON_MS) return { state: "good", ...left };
  return { state: leftMs > 0 ? "expires-soon" : "expired", ...left };
}
