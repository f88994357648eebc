/**
 * Whether a node trusts a signer. Pure. The issuer of the signer's JWT must be one that the node was enrolled with. The
 * node's own settings limit users of the login exchange, so that a stolen exchange key cannot exceed these limits. The
 * signed document or request must be dated within the JWT's lifetime and name the signer as its author.
 */
import { type OperatorClaims, type OperatorScope, ROLES, type Role } from "../../trust/operator-claims.ts";
import { type SignedFacts, wrongAuthor, wrongTime } from "../../trust/signed-facts.ts";
import type { TrustSettings } from "../state/settings.ts";

export interface Obeyed {
  readonly trust: TrustSettings;
  /** Public keys of operators who were removed. */
  readonly revoked: ReadonlySet<string>;
}

/** What this node allows the signer, or why it refuses. */
export type SignerVerdict = { readonly scope: OperatorScope } | { readonly refusal: string };

export function judgeSigner(words: SignedFacts, { trust, revoked }: Obeyed): SignerVerdict {
  const { claims } = words;
  if (revoked.has(claims.publicKey)) return { refusal: `its signer ${claims.name} was removed` };
  const refusal = wrongAuthor(words) ?? wrongTime(words);
  if (refusal !== undefined) return { refusal };
  if (trust.signers.includes(claims.issuer)) return { scope: claims };
  if (trust.exchange.includes(claims.issuer)) return throughExchange(claims, trust);
  return { refusal: `its signer ${claims.name} was admitted by ${claims.issuer}, which this node does not trust` };
}

function throughExchange(claims: OperatorClaims, { exchangeRole, exchangeLifeMs }: TrustSettings): SignerVerdict {
  const { name, issuedAtS, expiresAtS } = claims;
  if (expiresAtS === undefined) return { refusal: `the login exchange admitted ${name} without an expiry time` };
  if ((expiresAtS - issuedAtS) * 1_000 > exchangeLifeMs) {
    return { refusal: `the login exchange admitted ${name} for longer than this node allows (exchange_life)` };
  }
  return { scope: { ...claims, role: lesser(claims.role, exchangeRole) } };
}

function lesser(one: Role, other: Role): Role {
  return ROLES.indexOf(one) < ROLES.indexOf(other) ? one : other;
}
