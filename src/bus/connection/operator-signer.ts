/** Credentials that can sign for an operator: those with a user JWT that has a role. */

import { type OperatorClaims, operatorClaimsOf } from "../../trust/operator-claims.ts";
import type { Signer } from "../../trust/proof.ts";
import { hasCode } from "../../values/error.ts";
import { currentCredentials } from "./credentials.ts";
import type { CredsSource } from "./settings.ts";

export interface OperatorSigner {
  /** The claims of the JWT. */
  readonly claims: OperatorClaims;
  /** The credentials as they are now. */
  signer(): Signer;
}

/**
 * Undefined for credentials that are not an operator's: a bare key, or a JWT without a role.
 * @throws McpError E_CONFIG when the file is unusable now
 */
export function operatorSigner(source: CredsSource): OperatorSigner | undefined {
  const credentials = currentCredentials(source);
  const { jwt } = credentials();
  const claims = jwt === undefined ? undefined : claimsIn(jwt);
  if (jwt === undefined || claims === undefined) return undefined;
  const signer = () => {
    const now = credentials();
    return { jwt: now.jwt ?? jwt, key: now.key };
  };
  return { claims, signer };
}

function claimsIn(jwt: string): OperatorClaims | undefined {
  try {
    return operatorClaimsOf(jwt);
  } catch (error) {
    if (!hasCode(error, "E_INVALID_MESSAGE")) throw error;
    return undefined;
  }
}
