/**
 * The root keys of a bus, and the JWTs of the accounts that every bus has. The operator key signs only the operator's own
 * JWT, so it can be kept offline; its signing key signs accounts. Two keys of the control account sign operators: one is
 * kept offline for break-glass users, the other is for the login exchange, which nodes trust less. Messages to the exchange
 * are sealed for its curve key.
 */
import {
  CONTROL_ACCOUNT,
  CONTROL_EXPORTS,
  LOGIN_ACCOUNT,
  LOGIN_IMPORTS,
  LOGIN_LIMITS,
  SYSTEM_ACCOUNT,
} from "../schemas/wire/accounts.ts";
import { ENROLL_RIGHTS, LOGIN_RIGHTS } from "../schemas/wire/rights.ts";
import { accountJwt, operatorJwt, userJwt } from "./claims.ts";
import { renderCreds } from "./creds-file.ts";
import { createKey, type KeyKind, type KeyPair, signingKeyOf } from "./keys.ts";

export const IDENTITY_KEYS = {
  operator: "operator",
  "operator-signing": "operator",
  system: "account",
  control: "account",
  "break-glass": "account",
  exchange: "account",
  "exchange-curve": "curve",
  login: "account",
} as const satisfies Record<string, KeyKind>;

export type IdentityKeyName = keyof typeof IDENTITY_KEYS;
export type BusIdentity = Readonly<Record<IdentityKeyName, KeyPair>>;

export function createBusIdentity(): BusIdentity {
  const key = (name: IdentityKeyName) => createKey(IDENTITY_KEYS[name]);
  return {
    operator: key("operator"),
    "operator-signing": key("operator-signing"),
    system: key("system"),
    control: key("control"),
    "break-glass": key("break-glass"),
    exchange: key("exchange"),
    "exchange-curve": key("exchange-curve"),
    login: key("login"),
  };
}

/** The operator and accounts in a nats-server's configuration. */
export interface ServerTrust {
  readonly operatorJwt: string;
  /** Public key. */
  readonly systemAccount: string;
  /** JWTs by public key. Those of nodes and consumers are pushed at run time. */
  readonly accounts: Readonly<Record<string, string>>;
}

/** Users' public keys and the Unix second up to which their JWTs are revoked. */
export type Revocations = Readonly<Record<string, number>>;

/** The JWT of the account of operators and streams; push it again when an operator is removed. `issuedAtS` defaults to now. */
export function controlAccountJwt(identity: BusIdentity, revocations: Revocations = {}, issuedAtS?: number): string {
  const facts = {
    name: CONTROL_ACCOUNT,
    publicKey: identity.control.publicKey,
    signingKeys: [identity["break-glass"].publicKey, identity.exchange.publicKey],
    jetstream: true,
    exports: CONTROL_EXPORTS,
    ...(Object.keys(revocations).length === 0 ? {} : { revocations }),
    ...(issuedAtS === undefined ? {} : { issuedAtS }),
  };
  return accountJwt(facts, signingKeyOf(identity["operator-signing"].seed));
}

/** The JWTs of these accounts by public key. They do not need the operator's own key. */
export function busAccountsOf(identity: BusIdentity, revocations: Revocations = {}): Readonly<Record<string, string>> {
  const { system, control, login } = identity;
  const signer = signingKeyOf(identity["operator-signing"].seed);
  const loginFacts = {
    name: LOGIN_ACCOUNT,
    publicKey: login.publicKey,
    imports: LOGIN_IMPORTS,
    importsFrom: control.publicKey,
    limits: LOGIN_LIMITS,
  };
  return {
    [system.publicKey]: accountJwt({ name: SYSTEM_ACCOUNT, publicKey: system.publicKey }, signer),
    [control.publicKey]: controlAccountJwt(identity, revocations),
    [login.publicKey]: accountJwt(loginFacts, signer),
  };
}

export function serverTrustOf(identity: BusIdentity, revocations: Revocations = {}): ServerTrust {
  const { operator, system } = identity;
  const facts = {
    name: "mcp",
    signingKeys: [identity["operator-signing"].publicKey],
    systemAccount: system.publicKey,
  };
  return {
    operatorJwt: operatorJwt(facts, signingKeyOf(operator.seed)),
    systemAccount: system.publicKey,
    accounts: busAccountsOf(identity, revocations),
  };
}

/** Credentials that may only push and read accounts. */
export function enrollCreds({ system }: BusIdentity): string {
  const { publicKey, seed } = createKey("user");
  const facts = { name: "enrol", publicKey, rights: ENROLL_RIGHTS };
  return renderCreds({ seed, jwt: userJwt(facts, signingKeyOf(system.seed)) });
}

/** Credentials for login, the same for everybody. */
export function loginCreds({ login }: BusIdentity): string {
  const { publicKey, seed } = createKey("user");
  const facts = { name: "login", publicKey, rights: LOGIN_RIGHTS };
  return renderCreds({ seed, jwt: userJwt(facts, signingKeyOf(login.seed)) });
}
