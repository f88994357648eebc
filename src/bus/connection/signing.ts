/**
 * Signs an operator's writes and requests, if the credentials hold a JWT with a role, under the name in that JWT. Other
 * credentials sign nothing. Documents with a proof or with another author stay as they are, byte for byte.
 */
import type { DesiredService } from "../../schemas/service/desired.ts";
import type { AgentRequest } from "../../schemas/wire/request.ts";
import type { OperatorClaims } from "../../trust/operator-claims.ts";
import { signDocument, signRequest } from "../../trust/proof.ts";
import { operatorSigner } from "./operator-signer.ts";
import type { CredsSource } from "./settings.ts";

export interface Signing {
  /** `name@workstation`: the JWT's name where it signs, the one that was given otherwise. */
  readonly author: string;
  /** What the credentials say of their operator; absent for a bare key. */
  readonly claims?: OperatorClaims;
  document(document: DesiredService): DesiredService;
  request(request: AgentRequest): AgentRequest;
}

/**
 * @param author `user@workstation`. @param creds the credentials file
 * @throws McpError E_CONFIG for a file that cannot be used
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
