/** Tokens of MCIAS, valid and invalid: the parts are assembled here, so that each of them can be wrong. */
import { createHmac, generateKeyPairSync, randomUUID, sign } from "node:crypto";

export const ISSUER = "https://mcias.test";

export interface MciasSigner {
  /** As the server shows its key. */
  readonly jwk: { kty: string; crv: string; x: string };
  /** A good token, with claims over the usual ones; undefined takes one away. */
  token(claims?: Readonly<Record<string, unknown>>, header?: Readonly<Record<string, unknown>>): string;
  /** By HMAC with the public key as the secret, which a careless verifier takes for it. */
  hmacToken(claims?: Readonly<Record<string, unknown>>): string;
}

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

export function createMciasSigner(): MciasSigner {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const { kty = "", crv = "", x = "" } = publicKey.export({ format: "jwk" });
  return {
    jwk: { kty, crv, x },
    token: (claims = {}, header = {}) => {
      const text = `${part({ alg: "EdDSA", typ: "JWT", ...header })}.${part(claimsWith(claims))}`;
      return `${text}.${sign(null, Buffer.from(text), privateKey).toString("base64url")}`;
    },
    hmacToken: (claims = {}) => {
      const text = `${part({ alg: "HS256", typ: "JWT" })}.${part(claimsWith(claims))}`;
      const pem = publicKey.export({ format: "pem", type: "spki" });
      return `${text}.${createHmac("sha256", pem).update(text).digest("base64url")}`;
    },
  };
}

/** Without a signature, and saying so. */
export function unsignedToken(claims: Readonly<Record<string, unknown>> = {}): string {
  return `${part({ alg: "none", typ: "JWT" })}.${part(claimsWith(claims))}.`;
}

function claimsWith(claims: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const nowS = Math.floor(Date.now() / 1000);
  const usual = { sub: randomUUID(), roles: ["user"], iss: ISSUER, iat: nowS, exp: nowS + 3600, jti: randomUUID() };
  return { ...usual, ...claims };
}
