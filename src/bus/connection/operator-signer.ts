/** A signer from an operator's credentials: those with a user JWT that has a role. */

import { type OperatorClaims, operatorClaimsOf } from "../../trust/operator-claims.ts";
import type { Signer } from "../../trust/proof.ts";
import { hasCode } from "../../values/error.ts";
import { currentCredentials } from "./credentials.ts";
import type { CredsSource } from "./settings.ts";

export interface OperatorSigner {
  /** The claims of the JWT. */
  readonly claims: OperatorClaims;
  /** Reads the current credentials. */
  signer(): Signer;
}

/**
 * Undefined for other credentials: a bare key, or a JWT without a role.
 * @throws McpError E_CONFIG if the file is not usable now
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
