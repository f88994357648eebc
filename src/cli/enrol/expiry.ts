/** How it stands with an operator's credentials. Pure. */
import type { OperatorRecord } from "../../schemas/settings/identity-file.ts";

const DAY_MS = 86_400_000;
/** Time enough to renew them without haste. */
const SOON_MS = 14 * DAY_MS;

export interface Expiry {
  readonly state: "good" | "expires-soon" | "expired" | "removed";
  /** Until they expire, negative when they have; absent when they never do. */
  readonly leftMs?: number;
}

export function expiryOf({ removedAt, expiresAt }: OperatorRecord, nowMs: number): Expiry {
  const leftMs = expiresAt === undefined ? undefined : Date.parse(expiresAt) - nowMs;
  const left = leftMs === undefined ? {} : { leftMs };
  if (removedAt !== undefined) return { state: "removed", ...left };
  if (leftMs === undefined || leftMs > SOON_MS) return { state: "good", ...left };
  return { state: leftMs > 0 ? "expires-soon" : "expired", ...left };
}
