/**
 * The error for a server that refuses the credentials. The server gives no reason, but the times in the JWT often show it.
 * Rule: of the JWT, only its name and its times appear in a message.
 */
import { errors } from "@nats-io/nats-core";
import { decodeJwt } from "../../trust/jwt.ts";
import { McpError } from "../../values/error.ts";
import { readCredentials } from "./credentials.ts";
import type { BusSettings, CredsSource } from "./settings.ts";

/** Clocks of machines with NTP differ by far less. */
const MAX_SKEW_MS = 60_000;

/** True for the client's errors for refused credentials. */
export function isAuthFailure(cause: unknown): boolean {
  return cause instanceof errors.AuthorizationError || cause instanceof errors.UserAuthenticationExpiredError;
}

/** `details` of the errors of this file: PLAIN if the credentials do not show why they are refused. */
const PLAIN = { refused: "credentials" } as const;
const EXPLAINED = { refused: "credentials", explained: true } as const;

/** True for an error of `authError`: the server accepts no connection with these credentials. */
export function isCredentialRefusal(error: unknown): boolean {
  return error instanceof McpError && (error.details === PLAIN || error.details === EXPLAINED);
}

/** True if the message of such an error says why: the credentials have expired, or the clock is wrong. */
export const isExplained = ({ details }: McpError): boolean => details === EXPLAINED;

/** @param nowMs Unix milliseconds */
export function authError(
  { servers, creds }: Pick<BusSettings, "servers" | "creds">,
  cause: unknown,
  nowMs: number = Date.now(),
): McpError {
  const what = `the bus at ${servers.join(", ")} refuses these credentials`;
  if (creds === undefined) {
    return new McpError("E_REFUSED", what, { cause, details: EXPLAINED, hint: 'add `creds = "<file>"` under [bus]' });
  }
  const { name, issuedMs, expiresMs } = lifetimeOf(creds);
  if (issuedMs !== undefined && issuedMs > nowMs + MAX_SKEW_MS) {
    const clock = `they were issued at ${isoOf(issuedMs)}, and this machine's clock says ${isoOf(nowMs)}`;
    return new McpError("E_REFUSED", `${what}: ${clock}`, {
      cause,
      details: EXPLAINED,
      hint: "set the clock: `timedatectl set-ntp true`",
    });
  }
  if (expiresMs !== undefined && expiresMs <= nowMs) {
    return new McpError("E_REFUSED", `${what}: they expired at ${isoOf(expiresMs)}`, {
      cause,
      details: EXPLAINED,
      hint: `get new ones with \`mcp login\`, or from an admin: \`mcp operator add ${name ?? "<name>"} --renew\``,
    });
  }
  const hint =
    typeof creds === "string"
      ? `check ${creds}: another bus may have issued them, or they were revoked`
      : "check the identity directory: its keys are not those of this bus";
  return new McpError("E_REFUSED", what, { cause, details: PLAIN, hint });
}

interface Lifetime {
  readonly name?: string | undefined;
  readonly issuedMs?: number;
  /** Absent: never. */
  readonly expiresMs?: number;
}

function lifetimeOf(creds: CredsSource): Lifetime {
  try {
    const { jwt } = readCredentials(creds);
    if (jwt === undefined) return {};
    const { name, iat, exp } = decodeJwt(jwt);
    return { name, issuedMs: iat * 1000, ...(exp === undefined ? {} : { expiresMs: exp * 1000 }) };
  } catch {
    return {}; // the file is being replaced, or holds no NATS JWT
  }
}

const isoOf = (ms: number) => new Date(ms).toISOString();
