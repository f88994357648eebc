/** A session: credentials of the bus that were issued for a token, in a normal credentials file. */

import { readTextIfThere } from "../../disk/read-text.ts";
import type { SessionFacts } from "../../schemas/output/login-output.ts";
import { parseCreds } from "../../trust/creds-file.ts";
import { operatorClaimsOf } from "../../trust/operator-claims.ts";
import { present } from "../../values/present.ts";

export interface Session {
  /** The file's text; it holds the secret key. */
  readonly text: string;
  readonly facts: SessionFacts;
}

/** Undefined if there is no usable session; then a new one is created. @throws McpError E_CONFIG */
export async function readSession(path: string, nowMs: number): Promise<Session | undefined> {
  const text = await readTextIfThere(path, "E_CONFIG");
  const facts = text === undefined ? undefined : sessionIn(text, nowMs);
  return text === undefined || facts === undefined ? undefined : { text, facts };
}

function sessionIn(text: string, nowMs: number): SessionFacts | undefined {
  try {
    const { jwt } = parseCreds(text);
    return jwt === undefined ? undefined : sessionFacts(jwt, nowMs);
  } catch {
    return undefined; // not usable
  }
}

/** @throws McpError E_INVALID_MESSAGE if it is not a user JWT of an operator */
export function sessionFacts(jwt: string, nowMs: number): SessionFacts {
  const { name, role, nodes, services, publicKey, issuer, expiresAtS } = operatorClaimsOf(jwt);
  const expiresAt = expiresAtS === undefined ? undefined : new Date(expiresAtS * 1000).toISOString();
  const expired = expiresAtS !== undefined && expiresAtS * 1000 <= nowMs;
  return { name, role, nodes, services, publicKey, issuer, expired, ...present({ expiresAt }) };
}

/** Milliseconds until it expires; infinite if it never does. */
export function leftMs({ expiresAt }: SessionFacts, nowMs: number): number {
  return expiresAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(expiresAt) - nowMs;
}
