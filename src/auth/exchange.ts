/**
 * The login exchange: encrypted bytes in, encrypted bytes out. It decides who gets a session, with which role and how long,
 * and logs it. Rule: what cannot be decrypted, is not a request or was answered before gets no answer; anything else gets
 * an answer that only the requester can decrypt. Tokens are checked and not stored.
 */
import { loginAnswerCodec, loginRequestCodec, sealedCodec } from "../schemas/wire/codec.ts";
import type { LoginAnswer, LoginRequest, SealedMessage } from "../schemas/wire/login.ts";
import { operatorInbox, operatorRights } from "../schemas/wire/rights.ts";
import { userJwt } from "../trust/claims.ts";
import { type CurveKey, isPublicKey, type SigningKey } from "../trust/keys.ts";
import { type OperatorScope, tagsOf } from "../trust/operator-claims.ts";
import { openMessage, sealMessage } from "../trust/sealed.ts";
import { messageOf } from "../values/error.ts";
import { type AdmitPorts, type Admitted, admitLogin, isRefused, type Refused, refused } from "./admit-login.ts";
import { type LimitedWarn, limitedWarn } from "./limited-log.ts";
import { Limiter } from "./limiter.ts";

export interface ExchangePorts extends AdmitPorts {
  /** Requests are encrypted for this key. */
  readonly curve: CurveKey;
  /** Signs users of the control account. */
  readonly signer: SigningKey;
  readonly log: ExchangeLog;
}

export interface ExchangeRules {
  readonly roles: ReadonlyMap<string, OperatorScope>;
  /** Public key of the control account. */
  readonly account: string;
  readonly lifeMs: number;
}

export interface ExchangeLog {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
}

/** Largest difference to the requester's clock; nonces are kept for twice this time. */
const MAX_AGE_MS = 60_000;
/** Logins of one MCIAS account: enough for a few workstations that renew, and for some attempts by hand. */
const LIMITS = { max: 30, spanMs: 60_000 };
const NONCE = /^[\w-]{16,64}$/;

/** Never rejects; undefined: no answer. */
export type Exchange = (bytes: Uint8Array) => Promise<Uint8Array | undefined>;

export function createExchange(rules: ExchangeRules, ports: ExchangePorts): Exchange {
  const people = new Limiter(LIMITS);
  const nonces = new Limiter({ max: 1, spanMs: 2 * MAX_AGE_MS });
  const warn = limitedWarn(ports.log, ports.now);
  return async (bytes) => {
    const asked = opened(bytes, ports.curve);
    if (asked === undefined) return void warn("dropped an invalid login", {});
    const { request, from } = asked;
    if (!nonces.take(request.nonce, ports.now())) return void warn("dropped a repeated login", {});
    const decided = await decide(request, { rules, ports, people }).catch((error: unknown): Refused => {
      warn("cannot decide about a login", { problem: messageOf(error) });
      return refused("unavailable", "the exchange cannot decide now; its log shows why");
    });
    const answer = isRefused(decided) ? refusal(decided, request, warn) : admission(decided, request, { rules, ports });
    return sealedCodec.encode(sealMessage(loginAnswerCodec.encode(answer), ports.curve, from));
  };
}

function opened(bytes: Uint8Array, curve: CurveKey): { request: LoginRequest; from: string } | undefined {
  try {
    const message: SealedMessage = sealedCodec.decode(bytes);
    const inner = openMessage(message, curve);
    if (inner === undefined) return undefined;
    const request = loginRequestCodec.decode(inner);
    return NONCE.test(request.nonce) ? { request, from: message.from } : undefined;
  } catch {
    return undefined; // invalid requests get no information
  }
}

interface Deciding {
  readonly rules: ExchangeRules;
  readonly ports: ExchangePorts;
  readonly people: Limiter;
}

async function decide(request: LoginRequest, { rules, ports, people }: Deciding): Promise<Admitted | Refused> {
  const ageMs = ports.now() - Date.parse(request.at);
  if (!(Math.abs(ageMs) <= MAX_AGE_MS))
    return refused("stale", "the clock of the workstation is too far from the exchange's");
  if (!isPublicKey(request.user, "user")) return refused("token-invalid", "the key is not a user key");
  const admitted = await admitLogin(request.token, rules.roles, ports);
  if (isRefused(admitted)) return admitted;
  if (people.take(admitted.sub, ports.now())) return admitted;
  return refused("too-often", "too many logins of this account in a minute", admitted.sub);
}

function refusal({ reason, message, sub }: Refused, { nonce }: LoginRequest, warn: LimitedWarn): LoginAnswer {
  warn("refused", { reason, ...(sub === undefined ? {} : { sub }) });
  return { version: 1, kind: "login-answer", nonce, refused: reason, message };
}

function admission(
  { name, sub, scope, expiresAtS }: Admitted,
  { nonce, user }: LoginRequest,
  { rules, ports }: Omit<Deciding, "people">,
): LoginAnswer {
  const nowS = Math.floor(ports.now() / 1000);
  const until = Math.min(nowS + Math.floor(rules.lifeMs / 1000), expiresAtS);
  const role = scope.role === "admin" ? "admin" : "operator";
  const rights = operatorRights(role, operatorInbox(user));
  const facts = { name, publicKey: user, issuerAccount: rules.account, rights, tags: tagsOf(scope) };
  const jwt = userJwt({ ...facts, issuedAtS: nowS, expiresAtS: until }, ports.signer);
  ports.log.info({ sub, name, role: scope.role, user, until: new Date(until * 1000).toISOString() }, "admitted");
  return { version: 1, kind: "login-answer", nonce, jwt };
}
