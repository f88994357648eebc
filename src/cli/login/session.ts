/**
 * The session with which commands connect if `[bus] creds` is not set: the stored one while it is valid, else a new one for the
 * token, with the same key. Rule: a session that is still valid is used if it cannot be renewed.
 */
import { writeAtomically } from "../../disk/atomic-file.ts";
import type { CheckedBusSection } from "../../schemas/settings/settings-file.ts";
import { renderCreds, withJwt } from "../../trust/creds-file.ts";
import { createKey } from "../../trust/keys.ts";
import { hasCode, McpError } from "../../values/error.ts";
import type { CliSettings } from "../settings/read-settings.ts";
import { leftMs, readSession, type Session, sessionFacts } from "./session-file.ts";
import { readToken, tokenFacts } from "./token-file.ts";

/** A session with less time left could expire during the command. */
const SHORT_MS = 60_000;

/** Settings that are needed to exchange a token. */
export interface ExchangeSettings {
  readonly bus: CheckedBusSection;
  readonly loginCreds: string;
  readonly exchangeKey: string;
  readonly tokenPath: string;
  readonly sessionPath: string;
}

/** Names of the settings without which no token can be exchanged. */
export function missingFor({ bus, auth }: CliSettings): string[] {
  return [
    ...(bus === undefined ? ["[bus] servers"] : []),
    ...(auth.loginCreds === undefined ? ["[auth] login_creds"] : []),
    ...(auth.exchangeKey === undefined ? ["[auth] exchange_key"] : []),
  ];
}

/** Undefined if one of the settings is missing. */
export function exchangeSettings({ bus, auth }: CliSettings): ExchangeSettings | undefined {
  const { loginCreds, exchangeKey, tokenPath, sessionPath } = auth;
  if (bus === undefined || loginCreds === undefined || exchangeKey === undefined) return undefined;
  return { bus, loginCreds, exchangeKey, tokenPath, sessionPath };
}

/**
 * A session with enough time left, renewed if needed.
 * @throws McpError E_REFUSED if nobody is logged in or the login has expired; E_EXCHANGE, E_BUS_UNREACHABLE, E_CONFIG
 */
export async function currentSession(place: ExchangeSettings, nowMs: number): Promise<Session> {
  const session = await readSession(place.sessionPath, nowMs);
  if (session !== undefined && leftMs(session.facts, nowMs) > SHORT_MS) return session;
  try {
    return await renewSession(place, nowMs);
  } catch (error) {
    const isUsable = session !== undefined && !session.facts.expired && !hasCode(error, "E_REFUSED");
    if (isUsable) return session;
    throw error;
  }
}

/** A new session for the token. @throws McpError as currentSession */
export async function renewSession(place: ExchangeSettings, nowMs: number): Promise<Session> {
  const token = await requireToken(place.tokenPath, nowMs);
  const old = await readSession(place.sessionPath, nowMs);
  const { publicKey, seed } =
    old === undefined ? createKey("user") : { publicKey: old.facts.publicKey, seed: undefined };
  const { bus, loginCreds, exchangeKey } = place;
  const { exchangeToken } = await import("./exchange-token.ts"); // rarely needed
  const jwt = await exchangeToken({ bus, loginCreds, exchangeKey, token, user: publicKey, nowMs });
  const text = seed === undefined ? withJwt(old?.text ?? "", jwt) : renderCreds({ jwt, seed });
  await writeAtomically(place.sessionPath, text);
  return { text, facts: sessionFacts(jwt, nowMs) };
}

async function requireToken(path: string, nowMs: number): Promise<string> {
  const token = await readToken(path);
  if (token === undefined) {
    throw new McpError("E_REFUSED", "nobody is logged in on this workstation", { hint: "log in: `mcp login`" });
  }
  const facts = tokenFacts(token, nowMs);
  if (facts?.expired !== true) return token;
  throw new McpError("E_REFUSED", `the login ended at ${facts.expiresAt}`, {
    hint: "log in again: `mcp login`",
    details: { reason: "token-expired" },
  });
}
