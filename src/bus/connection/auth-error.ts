/**
 * How a server's refusal is worded: it says only that it refuses, and the user JWT in the credentials file often tells why.
 * Rule: of that file nothing is shown but the name and the times that the JWT says.
 */

import { decodeJwt } from "../../trust/jwt.ts";
import { McpError } from "../../values/error.ts";
import { readCredentials } from "./credentials.ts";
import type { BusSettings, CredsSource } from "./settings.ts";

/** @param nowMs Unix milliseconds */
export function refusal(
  { servers, creds }: Pick<BusSettings, "servers" | "creds">,
  cause: unknown,
  nowMs: number = Date.now(),
): McpError {
  const what = `the bus at ${servers.join(", ")} refuses these credentials`;
  if (creds === undefined) {
    return new McpError("E_REFUSED", what, { cause, hint: "name a credentials file with `creds`" });
  }
  const { name, expiredAt } = lifeOf(creds, nowMs);
  if (expiredAt !== undefined) {
    return new McpError("E_REFUSED", `${what}: they expired at ${expiredAt}`, {
      cause,
      hint: `new ones: \`mcp login\`, or an admin's \`mcp operator add ${name ?? "<name>"} --renew\``,
    });
  }
  const hint =
    typeof creds === "string" ? `check ${creds}` : "check the identity directory: its keys are not this bus's";
  return new McpError("E_REFUSED", what, { cause, hint });
}

interface Life {
  readonly name?: string | undefined;
  /** ISO 8601; absent while they count. */
  readonly expiredAt?: string;
}

function lifeOf(creds: CredsSource, nowMs: number): Life {
  try {
    const { jwt } = readCredentials(creds);
    const { name, exp } = jwt === undefined ? {} : decodeJwt(jwt);
    if (exp === undefined || exp * 1000 > nowMs) return { name };
    return { name, expiredAt: new Date(exp * 1000).toISOString() };
  } catch {
    return {}; // it is being replaced, or is no JWT of NATS's: the refusal stands by itself
  }
}
