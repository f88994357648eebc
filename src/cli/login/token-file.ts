/** The MCIAS token on this workstation: a file of one line that only its owner can read. */

import { readTextIfThere } from "../../disk/read-text.ts";
import type { TokenFacts } from "../../schemas/output/login-output.ts";
import { McpError } from "../../values/error.ts";

/** Undefined if nobody has logged in here. @throws McpError E_CONFIG if the file cannot be read */
export async function readToken(path: string): Promise<string | undefined> {
  const token = (await readTextIfThere(path, "E_CONFIG"))?.trim();
  if (token === undefined || /^[\w.-]+$/.test(token)) return token;
  throw new McpError("E_CONFIG", `${path}: holds no token`, { hint: "log in again: `mcp login`" });
}

/** The claims of a token, unchecked; undefined if they cannot be read. */
export function tokenFacts(token: string, nowMs: number): TokenFacts | undefined {
  const claims = payloadOf(token);
  const { sub, iss, exp, roles } = claims;
  if (typeof sub !== "string" || typeof exp !== "number" || !Number.isSafeInteger(exp)) return undefined;
  return {
    subject: sub,
    roles: Array.isArray(roles) ? roles.filter((role) => typeof role === "string") : [],
    issuer: typeof iss === "string" ? iss : "",
    expiresAt: new Date(exp * 1000).toISOString(),
    expired: exp * 1000 <= nowMs,
  };
}

function payloadOf(token: string): Record<string, unknown> {
  try {
    const payload: unknown = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
    return typeof payload === "object" && payload !== null ? { ...payload } : {};
  } catch {
    return {}; // not a JWT; the exchange will refuse it
  }
}
