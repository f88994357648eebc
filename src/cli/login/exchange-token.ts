/**
 * Exchanges a token for a user JWT at the login exchange. Only the exchange can open the request, and only this call can open
 * the answer. That the answer opens proves that the exchange sealed it.
 */
import { randomUUID } from "node:crypto";
import { askExchange } from "../../bus/requests/exchange-client.ts";
import type { CheckedBusSection } from "../../schemas/settings/settings-file.ts";
import { loginAnswerCodec, loginRequestCodec, sealedCodec } from "../../schemas/wire/codec.ts";
import type { LoginAnswer, LoginRefusal } from "../../schemas/wire/login.ts";
import { type CurveKey, createKey, curveKeyOf } from "../../trust/keys.ts";
import { operatorClaimsOf } from "../../trust/operator-claims.ts";
import { openMessage, sealMessage } from "../../trust/sealed.ts";
import { McpError } from "../../values/error.ts";

export interface TokenExchange {
  /** Servers and certificates of the bus. */
  readonly bus: CheckedBusSection;
  /** Path of the credentials for logging in, the same for everyone. */
  readonly loginCreds: string;
  /** The exchange's public curve key. */
  readonly exchangeKey: string;
  readonly token: string;
  /** Public user key for the JWT. */
  readonly user: string;
  readonly nowMs: number;
}

/** @returns the user JWT @throws McpError E_REFUSED with `details.reason`, E_EXCHANGE, E_BUS_UNREACHABLE, E_CONFIG */
export async function exchangeToken(exchange: TokenExchange): Promise<string> {
  const { bus, loginCreds, exchangeKey, token, user, nowMs } = exchange;
  const own = curveKeyOf(createKey("curve").seed);
  const nonce = randomUUID();
  const at = new Date(nowMs).toISOString();
  const request = loginRequestCodec.encode({ version: 1, kind: "login-request", token, user, nonce, at });
  const sealed = sealedCodec.encode(sealMessage(request, own, exchangeKey));
  const bytes = await askExchange({ ...bus, creds: loginCreds, name: "mcp login" }, sealed);
  const answer = opened(bytes, own, exchangeKey);
  if (answer.nonce !== nonce) throw strange("the answer of the login exchange belongs to another request");
  if (answer.jwt === undefined) throw refusal(answer);
  if (operatorClaimsOf(answer.jwt).publicKey === user) return answer.jwt;
  throw strange("the login exchange issued credentials for another key");
}

/** Opened with the key from the settings, not the one that the message names. */
function opened(bytes: Uint8Array, own: CurveKey, exchangeKey: string): LoginAnswer {
  const message = sealedCodec.decode(bytes);
  const inner = openMessage({ ...message, from: exchangeKey }, own);
  if (inner !== undefined) return loginAnswerCodec.decode(inner);
  throw strange("the answer is not sealed by the login exchange");
}

function strange(message: string): McpError {
  return new McpError("E_EXCHANGE", message, {
    hint: "`[auth] exchange_key` may belong to another exchange: compare it with the output of `mcp-auth doctor`",
  });
}

const AGAIN = "log in again: `mcp login`";

const HINTS: Readonly<Record<LoginRefusal, string>> = {
  "token-invalid": `${AGAIN}; if that does not help, \`[mcias] server_url\` names another MCIAS server than the one of the exchange`,
  "token-expired": AGAIN,
  "token-revoked": AGAIN,
  "not-permitted": "ask for one of the MCIAS roles in `[roles]` of the exchange's auth.toml",
  stale: "set the clock of this machine",
  "too-often": "wait a minute",
  unavailable: "see the log of the exchange, or run `mcp-auth doctor` on its machine",
};

function refusal({ refused = "", message }: LoginAnswer): McpError {
  const reason = Object.keys(HINTS).find((one): one is LoginRefusal => one === refused);
  const code = reason === "unavailable" ? "E_EXCHANGE" : "E_REFUSED";
  const why = message === undefined || message === "" ? refused : message;
  const hint = reason === undefined ? AGAIN : HINTS[reason];
  return new McpError(code, `the login exchange refuses: ${why}`, { hint, details: { reason: refused } });
}
