/** What a signed document or request says about its author and time, compared with its signer's JWT. Pure. */
import type { OperatorClaims } from "./operator-claims.ts";

export interface SignedFacts {
  readonly claims: OperatorClaims;
  /** `name@workstation`, as in the signed document or request. */
  readonly author: string;
  /** ISO 8601: when it was signed, by the signer's clock. */
  readonly at: string;
}

/** The largest difference between the clocks of issuer and workstation. */
export const CLOCK_SKEW_MS = 5 * 60_000;

/** Undefined when the signer is the author that it names. */
export function wrongAuthor({ claims: { name }, author }: SignedFacts): string | undefined {
  return author.startsWith(`${name}@`) ? undefined : `it says that ${author} wrote it, but ${name} signed it`;
}

/** Undefined when its time is in the lifetime of the JWT. */
export function wrongTime({ claims, at }: SignedFacts): string | undefined {
  const { name, issuedAtS, expiresAtS } = claims;
  const atMs = Date.parse(at);
  if (Number.isNaN(atMs)) return "its time is not a valid date";
  if (atMs < issuedAtS * 1_000 - CLOCK_SKEW_MS) {
    return `it is dated ${at}, before ${name} was admitted (${isoTime(issuedAtS)}); check the clock of the workstation`;
  }
  if (expiresAtS === undefined || atMs <= expiresAtS * 1_000) return undefined;
  return `it is dated ${at}, after the rights of ${name} expired (${isoTime(expiresAtS)})`;
}

/** ISO 8601 of Unix seconds; the number itself if it is beyond the calendar. */
export function isoTime(seconds: number): string {
  const date = new Date(seconds * 1_000);
  return Number.isNaN(date.getTime()) ? String(seconds) : date.toISOString();
}
