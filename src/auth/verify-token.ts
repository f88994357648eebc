/**
 * A token of MCIAS, checked by its signature alone. The algorithm is pinned: what a token says of its own (`none`, HS256
 * with the public key as the secret) counts for nothing.
 */
import type { KeyObject } from "node:crypto";
import { errors, type JWTPayload, jwtVerify } from "jose";

export interface TokenClaims {
  /** UUID of the account. */
  readonly sub: string;
  /** None for a system account. */
  readonly roles: readonly string[];
  /** Unix seconds. */
  readonly expiresAtS: number;
}

/** other-key: a signature by another key than the one at hand, which may be out of date. */
export type TokenFault = "other-key" | "expired" | "invalid";

/** The clock of MCIAS may go before ours. */
const SKEW_S = 60;
/** What may stand in a log, a JWT's name and a history. */
const PLAIN_WORD = /^[\w.@-]{1,64}$/;

export interface TokenRules {
  readonly key: KeyObject;
  readonly issuer: string;
  readonly nowMs: number;
}

/** Never throws, and keeps nothing of the token. */
export async function verifyToken(token: string, rules: TokenRules): Promise<TokenClaims | TokenFault> {
  try {
    const { payload } = await jwtVerify(token, rules.key, {
      algorithms: ["EdDSA"],
      issuer: rules.issuer,
      requiredClaims: ["sub", "iat", "exp", "jti"],
      currentDate: new Date(rules.nowMs),
    });
    return claimsOf(payload, rules.nowMs) ?? "invalid";
  } catch (error) {
    if (error instanceof errors.JWTExpired) return "expired";
    return error instanceof errors.JWSSignatureVerificationFailed ? "other-key" : "invalid";
  }
}

function claimsOf({ sub, iat, exp, roles = [] }: JWTPayload, nowMs: number): TokenClaims | undefined {
  const list: unknown = roles ?? []; // Go writes a list that was never made as null
  const isSound = sub !== undefined && PLAIN_WORD.test(sub) && Number.isSafeInteger(exp) && isPast(iat, nowMs);
  if (!isSound || !Array.isArray(list) || !list.every((role) => typeof role === "string")) return undefined;
  return { sub, roles: list, expiresAtS: exp ?? 0 };
}

const isPast = (iat: number | undefined, nowMs: number) => iat !== undefined && iat <= nowMs / 1000 + SKEW_S;
