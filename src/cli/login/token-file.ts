/** The token of MCIAS on this workstation: a file of one line, readable for its owner alone. */

import { readTextIfThere } from "../../disk/read-text.ts";
import type { TokenFacts } from "../../schemas/output/login-output.ts";
import { McpError } from "../../values/error.ts";

/** Undefined when nobody has logged in here. @throws McpError E_CONFIG for a file that cannot be read */
export async function readToken(path: string): Promise<string | undefined> {
  const token = (await readTextIfThere(path, "E_CONFIG"))?.trim();
  if (token === undefined || /^[\w.-]+$/.test(token)) return token;
  throw new McpError("E_CONFIG", `${path}: holds no token`, { hint: "log in again: `mcp login`" });
}

/** What a token says of itself, unchecked; undefined where that cannot be read. */
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
    return {}; // no JWT; whoever is to believe it will say so
  }
}
