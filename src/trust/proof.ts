/**
 * Proofs: that the operator whose JWT stands beside it said exactly this. Signed is what kind of thing it is, the JWT, and
 * the canonical JSON (RFC 8785) of the thing without its proof; so nothing passes for another kind, under another JWT, or
 * for an answer to a server's challenge. That a proof is right says nothing yet about whether its issuer is believed.
 */
import canonicalize from "canonicalize";
import type { DesiredService } from "../schemas/desired.ts";
import { McpError } from "../schemas/error.ts";
import type { Proof } from "../schemas/proof.ts";
import type { AgentRequest } from "../schemas/request.ts";
import { type SigningKey, verifyText } from "./keys.ts";
import { type OperatorClaims, operatorClaimsOf } from "./operator-claims.ts";

export interface Signer {
  /** The operator's user JWT. */
  readonly jwt: string;
  /** The key that the JWT is for. */
  readonly key: Pick<SigningKey, "sign">;
}

type Kind = "desired" | "request";

export function signDocument<T extends DesiredService>(document: T, by: Signer): T {
  return { ...document, proof: proofOf("desired", document, by) };
}

export function signRequest(request: AgentRequest, by: Signer): AgentRequest {
  return { ...request, proof: proofOf("request", request, by) };
}

/** Who signed the document. @throws McpError E_INVALID_MESSAGE when nobody did, or not this */
export function documentSigner(document: DesiredService): OperatorClaims {
  return signerOf("desired", document);
}

/** Who signed the request. @throws McpError as documentSigner */
export function requestSigner(request: AgentRequest): OperatorClaims {
  return signerOf("request", request);
}

function proofOf(kind: Kind, message: object, { jwt, key }: Signer): Proof {
  return { jwt, sig: Buffer.from(key.sign(signedBytes(kind, message, jwt))).toString("base64url") };
}

function signerOf(kind: Kind, message: DesiredService | AgentRequest): OperatorClaims {
  const { proof } = message;
  if (proof === undefined) throw new McpError("E_INVALID_MESSAGE", "it is not signed");
  const claims = operatorClaimsOf(proof.jwt);
  const bytes = signedBytes(kind, message, proof.jwt);
  if (verifyText(claims.publicKey, bytes, proof.sig)) return claims;
  throw new McpError("E_INVALID_MESSAGE", `its signature is not ${claims.name}'s, or it was changed since`);
}

function signedBytes(kind: Kind, message: object, jwt: string): Buffer {
  return Buffer.concat([Buffer.from(`mcp/1 ${kind}\n${jwt}\n`), canonicalBytes({ ...message, proof: undefined })]);
}

/** @throws McpError E_INVALID_MESSAGE for what has no canonical form: nested beyond reason, or a number that is none */
export function canonicalBytes(value: object): Buffer {
  try {
    return Buffer.from(canonicalize(value) ?? "");
  } catch (cause) {
    throw new McpError("E_INVALID_MESSAGE", "it has no canonical form", { cause });
  }
}
