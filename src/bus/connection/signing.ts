/**
 * Signs an operator's documents and requests with the name in the JWT, if the credentials hold a JWT with a role. Other
 * credentials sign nothing. A document that has a proof or another author is left unchanged, byte for byte.
 */
import type { DesiredService } from "../../schemas/service/desired.ts";
import type { AgentRequest } from "../../schemas/wire/request.ts";
import type { OperatorClaims } from "../../trust/operator-claims.ts";
import { signDocument, signRequest } from "../../trust/proof.ts";
import { operatorSigner } from "./operator-signer.ts";
import type { CredsSource } from "./settings.ts";

export interface Signing {
  /** `name@workstation`, with the JWT's name if it signs. */
  readonly author: string;
  /** The operator's claims in the JWT; absent if nothing is signed. */
  readonly claims?: OperatorClaims;
  document(document: DesiredService): DesiredService;
  request(request: AgentRequest): AgentRequest;
}

/**
 * @param author `user@workstation`
 * @throws McpError E_CONFIG if the credentials are not usable
 */
export function signingWith(author: string, creds: CredsSource | undefined): Signing {
  const operator = creds === undefined ? undefined : operatorSigner(creds);
  if (operator === undefined) return { author, document: (document) => document, request: (request) => request };
  const own = `${operator.claims.name}@${author.slice(author.lastIndexOf("@") + 1)}`;
  const isOwn = ({ proof, author: who }: DesiredService) => proof === undefined && who === own;
  return {
    author: own,
    claims: operator.claims,
    document: (document) => (isOwn(document) ? signDocument(document, operator.signer()) : document),
    request: (request) => signRequest(request, operator.signer()),
  };
}
