/**
 * JWTs of NATS (version 2, `alg` ed25519-nkey), signed by the nkey that `iss` names. A valid signature proves only that `iss`
 * signed it; the caller decides whether to trust `iss`.
 */
import { createHash } from "node:crypto";
import { McpError } from "../values/error.ts";
import { toBase32 } from "./base32.ts";
import { type SigningKey, verifySignature } from "./keys.ts";

/** Claims to sign; the issuer and the id of the JWT are added. */
export interface NewClaims {
  readonly sub: string;
  readonly name: string;
  /** Unix seconds. Default: now. */
  readonly iat?: number;
  readonly exp?: number;
  /** The claims of NATS: `type`, `version` and those of the type. */
  readonly nats: Readonly<Record<string, unknown>>;
}

/** Claims with a valid signature. Only the types of these properties are checked. */
export interface JwtClaims {
  readonly iss: string;
  readonly sub: string;
  readonly iat: number;
  readonly name?: string;
  readonly exp?: number;
  readonly nats: Readonly<Record<string, unknown>>;
}

const HEADER = { typ: "JWT", alg: "ed25519-nkey" };
export const JWT_VERSION = 2;

/** Signs with `key`, which becomes `iss`. `jti` is the hash of the other claims (base32 of SHA-512/256), as in NATS's tools. */
export function encodeJwt(claims: NewClaims, key: SigningKey): string {
  const all = { iat: Math.floor(Date.now() / 1000), ...claims, iss: key.publicKey };
  const jti = toBase32(createHash("sha512-256").update(JSON.stringify(all)).digest());
  const text = `${part(HEADER)}.${part({ jti, ...all })}`;
  return `${text}.${Buffer.from(key.sign(Buffer.from(text))).toString("base64url")}`;
}

/** @throws McpError E_INVALID_MESSAGE if it is not such a JWT, or not signed by its `iss` */
export function decodeJwt(jwt: string): JwtClaims {
  const [head = "", body = "", signature = "", ...rest] = jwt.split(".");
  const header = parsed(head);
  const claims = parsed(body);
  if (rest.length > 0 || header["alg"] !== HEADER.alg || !isClaims(claims)) throw invalid();
  const isSigned = verifySignature(claims.iss, Buffer.from(`${head}.${body}`), Buffer.from(signature, "base64url"));
  if (!isSigned) throw invalid();
  return claims;
}

function isClaims(claims: object): claims is JwtClaims {
  const { iss, sub, iat, name, exp, nats } = claims as Record<string, unknown>;
  const isText = typeof iss === "string" && typeof sub === "string" && ["string", "undefined"].includes(typeof name);
  const isTime = Number.isSafeInteger(iat) && (exp === undefined || Number.isSafeInteger(exp));
  return isText && isTime && typeof nats === "object" && nats !== null;
}

function part(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

/** Empty if it is not a JSON object; the caller reports that without the text. */
function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, "base64url").toString());
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

function invalid(): McpError {
  return new McpError("E_INVALID_MESSAGE", "it is not a JWT with a valid signature of its issuer");
}
