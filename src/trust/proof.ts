/**
 * Proofs: that the operator whose JWT stands beside it said exactly this. Signed is what kind of thing it is, the JWT, and
 * the canonical JSON (RFC 8785) of the thing without its proof; so nothing passes for another kind, under another JWT, or
 * for an answer to a server's challenge. That a proof is right says nothing yet about whether its issuer is believed.
 */
import { canonicalText } from "../schemas/canonical.ts";
import type { DesiredService } from "../schemas/desired.ts";
import { McpError } from "../schemas/error.ts";
import type { Proof } from "../schemas/proof.ts";
import type { AgentRequest } from "../schemas/request.ts";
import { unsignedText } from "../schemas/spec-hash.ts";
import { type SigningKey, verifyText } from "./keys.ts";
import { type OperatorClaims, operatorClaimsOf } from "./operator-claims.ts";

export interface Signer {
  /** The operator's user JWT. */
  readonly jwt: string;
  /** The key that the JWT is for. */
  readonly key: Pick<SigningKey, "sign">;
}

export function signDocument<T extends DesiredService>(document: T, by: Signer): T {
  return { ...document, proof: proofOf(documentWords(document), by) };
}

export function signRequest(request: AgentRequest, by: Signer): AgentRequest {
  return { ...request, proof: proofOf(requestWords(request), by) };
}

/** Who signed the document. @throws McpError E_INVALID_MESSAGE when nobody did, or not this */
export function documentSigner(document: DesiredService): OperatorClaims {
  return signerOf(documentWords(document), document.proof);
}

/** Who signed the request. @throws McpError as documentSigner */
export function requestSigner(request: AgentRequest): OperatorClaims {
  return signerOf(requestWords(request), request.proof);
}

/** What is signed, but for the JWT. */
interface Words {
  readonly kind: "desired" | "request";
  /** Gives canonical JSON. */
  text(): string;
}

function documentWords(document: DesiredService): Words {
  return { kind: "desired", text: () => unsignedText(document) };
}

function requestWords(request: AgentRequest): Words {
  return { kind: "request", text: () => canonicalText({ ...request, proof: undefined }) };
}

function proofOf(words: Words, { jwt, key }: Signer): Proof {
  return { jwt, sig: Buffer.from(key.sign(signedBytes(words, jwt))).toString("base64url") };
}

function signerOf(words: Words, proof: Proof | undefined): OperatorClaims {
  if (proof === undefined) throw new McpError("E_INVALID_MESSAGE", "it is not signed");
  const claims = operatorClaimsOf(proof.jwt);
  if (verifyText(claims.publicKey, signedBytes(words, proof.jwt), proof.sig)) return claims;
  throw new McpError("E_INVALID_MESSAGE", `its signature is not ${claims.name}'s, or it was changed since`);
}

function signedBytes({ kind, text }: Words, jwt: string): Buffer {
  return Buffer.from(`mcp/1 ${kind}\n${jwt}\n${canonical(text)}`);
}

/** @throws McpError E_INVALID_MESSAGE for what has no canonical form: nested beyond reason, or a number that is none */
export function canonical(text: () => string): string {
  try {
    return text();
  } catch (cause) {
    throw new McpError("E_INVALID_MESSAGE", "it has no canonical form", { cause });
  }
}
