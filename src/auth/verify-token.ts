/**
 * Checks the signature and claims of an MCIAS token. The algorithm is fixed: what the token itself claims (`none`, HS256
 * with the public key as the secret) is ignored.
 */
import type { KeyObject } from "node:crypto";
import { errors, type JWTPayload, jwtVerify } from "jose";

export interface TokenClaims {
  /** UUID of the account. */
  readonly sub: string;
  /** Empty for a system account. */
  readonly roles: readonly string[];
  /** Unix seconds. */
  readonly expiresAtS: number;
}

/** other-key: the signature is from another key than ours, which may be outdated. */
export type TokenFault = "other-key" | "expired" | "invalid";

/** MCIAS's clock may be ahead of ours. */
const SKEW_S = 60;
/** What is allowed in a log, a JWT's name and a history. */
const PLAIN_WORD = /^[\w.@-]{1,64}$/;

export interface TokenRules {
  readonly key: KeyObject;
  readonly issuer: string;
  readonly nowMs: number;
}

/** Never throws, and stores nothing of the token. */
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
