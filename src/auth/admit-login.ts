/** Decides whether a token is accepted, and with which scope: checks its signature, then (if set) asks MCIAS, then the roles. */
import type { KeyObject } from "node:crypto";
import type { MciasValidation } from "../schemas/settings/mcias.ts";
import type { LoginRefusal } from "../schemas/wire/login.ts";
import type { OperatorScope } from "../trust/operator-claims.ts";
import { scopeOfRoles } from "./scope-of-roles.ts";
import { type TokenClaims, type TokenFault, verifyToken } from "./verify-token.ts";

export interface AdmitPorts {
  readonly keys: { current(): Promise<KeyObject>; refresh(): Promise<boolean> };
  /** Asks MCIAS about a token; absent: the signature is enough. Throws when MCIAS does not answer. */
  readonly check?: (token: string) => Promise<MciasValidation>;
  readonly issuer: string;
  /** Unix milliseconds. */
  now(): number;
}

export interface Admitted {
  readonly sub: string;
  /** The user name if MCIAS was asked, otherwise `sub`. */
  readonly name: string;
  readonly scope: OperatorScope;
  /** The token's expiry, in Unix seconds. */
  readonly expiresAtS: number;
}

export interface Refused {
  readonly reason: LoginRefusal;
  /** For people; it contains no secret. */
  readonly message: string;
  readonly sub?: string;
}

export const refused = (reason: LoginRefusal, message: string, sub?: string): Refused => ({
  reason,
  message,
  ...(sub === undefined ? {} : { sub }),
});

export function isRefused(outcome: Admitted | Refused): outcome is Refused {
  return "reason" in outcome;
}

/** With less time left, the session would expire before it is used. */
const MIN_LEFT_S = 2;
/** The form of MCIAS user names; others are not allowed in a history. */
const USER_NAME = /^[\w.@-]{1,64}$/;
const MAX_TOKEN = 8 * 1024;

/** @throws McpError E_MCIAS when MCIAS's key or answer is needed and missing */
export async function admitLogin(
  token: string,
  roles: ReadonlyMap<string, OperatorScope>,
  ports: AdmitPorts,
): Promise<Admitted | Refused> {
  const claims = await verified(token, ports);
  if (claims === "expired") return refused("token-expired", "the token has expired");
  if (typeof claims === "string") return refused("token-invalid", "the token is not from MCIAS, or not for this bus");
  const { sub, expiresAtS } = claims;
  if (expiresAtS - ports.now() / 1000 < MIN_LEFT_S) return refused("token-expired", "the token has expired", sub);
  const word = await ports.check?.(token);
  if (word !== undefined && !(word.valid && (word.sub ?? sub) === sub)) {
    return refused("token-revoked", "MCIAS says that the token is no longer valid", sub);
  }
  // MCIAS's answer shows roles that were removed after the token was issued.
  const held = word === undefined ? claims.roles : claims.roles.filter((role) => word.roles?.includes(role) ?? false);
  const isGuest = word?.roles?.includes("guest") ?? false;
  const scope = isGuest ? undefined : scopeOfRoles(held, roles);
  if (scope === undefined)
    return refused("not-permitted", "none of this account's roles at MCIAS has rights here", sub);
  const name = word?.username ?? "";
  return { sub, name: USER_NAME.test(name) ? name : sub, scope, expiresAtS };
}

/** If the signature does not match, it may be from a newer key than ours. */
async function verified(token: string, { keys, issuer, now }: AdmitPorts): Promise<TokenClaims | TokenFault> {
  if (token.length > MAX_TOKEN) return "invalid";
  const verify = async () => await verifyToken(token, { key: await keys.current(), issuer, nowMs: now() });
  const first = await verify();
  return first === "other-key" && (await keys.refresh()) ? await verify() : first;
}
