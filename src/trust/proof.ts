/**
 * A proof is an operator's signature on a document or request, with the operator's JWT. The signed bytes are the kind, the
 * JWT, and the canonical JSON (RFC 8785) without the proof. So a signature is not valid for another kind, with another JWT,
 * or as an answer to a server's challenge. The caller checks whether the issuer of the JWT is trusted.
 */

import type { DesiredService } from "../schemas/service/desired.ts";
import type { Proof } from "../schemas/service/proof.ts";
import { unsignedText } from "../schemas/service/spec-hash.ts";
import type { AgentRequest } from "../schemas/wire/request.ts";
import { canonicalText } from "../values/canonical.ts";
import { McpError } from "../values/error.ts";
import { type SigningKey, verifyText } from "./keys.ts";
import { type OperatorClaims, operatorClaimsOf } from "./operator-claims.ts";

export interface Signer {
  /** The operator's user JWT. */
  readonly jwt: string;
  /** The key of that JWT. */
  readonly key: Pick<SigningKey, "sign">;
}

export function signDocument<T extends DesiredService>(document: T, by: Signer): T {
  return { ...document, proof: proofOf(documentBytes(document, by.jwt), by) };
}

export function signRequest(request: AgentRequest, by: Signer): AgentRequest {
  return { ...request, proof: proofOf(requestBytes(request, by.jwt), by) };
}

/** The claims of the signer. @throws McpError E_INVALID_MESSAGE if it is not signed, or was changed */
export function documentSigner(document: DesiredService): OperatorClaims {
  return signerOf(document.proof, (jwt) => documentBytes(document, jwt));
}

/** The claims of the signer. @throws McpError as documentSigner */
export function requestSigner(request: AgentRequest): OperatorClaims {
  return signerOf(request.proof, (jwt) => requestBytes(request, jwt));
}

function documentBytes(document: DesiredService, jwt: string): Buffer {
  return signedBytes(`mcp/1 desired\n${jwt}`, () => unsignedText(document));
}

function requestBytes(request: AgentRequest, jwt: string): Buffer {
  return signedBytes(`mcp/1 request\n${jwt}`, () => canonicalText({ ...request, proof: undefined }));
}

function proofOf(bytes: Buffer, { jwt, key }: Signer): Proof {
  return { jwt, sig: Buffer.from(key.sign(bytes)).toString("base64url") };
}

function signerOf(proof: Proof | undefined, bytesWith: (jwt: string) => Buffer): OperatorClaims {
  if (proof === undefined) throw new McpError("E_INVALID_MESSAGE", "it is not signed");
  const claims = operatorClaimsOf(proof.jwt);
  if (verifyText(claims.publicKey, bytesWith(proof.jwt), proof.sig)) return claims;
  throw new McpError("E_INVALID_MESSAGE", `its signature is not by ${claims.name}, or it was changed afterwards`);
}

/**
 * The bytes to sign: the kind (for proofs also the JWT), then the canonical JSON.
 * @throws McpError E_INVALID_MESSAGE for data without a canonical form: nested too deeply, or with a number such as NaN
 */
export function signedBytes(head: string, text: () => string): Buffer {
  try {
    return Buffer.from(`${head}\n${text()}`);
  } catch (cause) {
    throw new McpError("E_INVALID_MESSAGE", "it has no canonical form", { cause });
  }
}
