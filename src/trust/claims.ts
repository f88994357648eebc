/**
 * Creates the three kinds of JWTs in NATS's operator mode: the operator signs accounts, accounts sign users. Rights and
 * limits come from schemas/wire. A right that is not listed is refused; a limit that is not listed does not exist.
 */
import type { AccountExport, AccountImport, AccountLimits } from "../schemas/wire/accounts.ts";
import type { Rights } from "../schemas/wire/rights.ts";
import { NOWHERE } from "../schemas/wire/subjects.ts";
import { encodeJwt, JWT_VERSION } from "./jwt.ts";
import type { SigningKey } from "./keys.ts";

/** No limit. */
const ANY = -1;

export interface OperatorFacts {
  readonly name: string;
  /** Public operator keys that may sign accounts, in addition to the operator's own. */
  readonly signingKeys: readonly string[];
  /** Public account key. */
  readonly systemAccount: string;
}

/** The operator's JWT, signed by the operator's own key. */
export function operatorJwt({ name, signingKeys, systemAccount }: OperatorFacts, operator: SigningKey): string {
  const nats = { type: "operator", version: JWT_VERSION, signing_keys: signingKeys, system_account: systemAccount };
  return encodeJwt({ sub: operator.publicKey, name, nats }, operator);
}

export interface AccountFacts {
  readonly name: string;
  readonly publicKey: string;
  /** Public account keys that may sign its users, in addition to its own. */
  readonly signingKeys?: readonly string[];
  readonly jetstream?: boolean;
  readonly exports?: readonly AccountExport[];
  readonly imports?: readonly AccountImport[];
  /** Public key of the account that it imports from. */
  readonly importsFrom?: string;
  /** Without them only the server's limits apply. */
  readonly limits?: AccountLimits;
  /** Users' public keys (or `*`) and the Unix second up to which their JWTs are revoked. */
  readonly revocations?: Readonly<Record<string, number>>;
  /** Unix seconds. A server keeps the later of two JWTs. */
  readonly issuedAtS?: number;
}

/** An account's JWT, signed by the operator or one of the operator's signing keys. */
export function accountJwt(facts: AccountFacts, signer: SigningKey): string {
  const { name, publicKey, exports = [], imports = [], signingKeys = [], revocations, issuedAtS } = facts;
  const nats = {
    type: "account",
    version: JWT_VERSION,
    exports: exports.map(({ subject, type, manyAnswers }) => ({
      name: subject,
      subject,
      type,
      ...(manyAnswers ? { response_type: "Stream" } : {}),
    })),
    imports: imports.map(({ subject, type, localSubject }) => ({
      name: subject,
      subject,
      type,
      account: facts.importsFrom,
      ...(localSubject === undefined ? {} : { local_subject: localSubject }),
    })),
    limits: limitsOf(facts),
    signing_keys: signingKeys,
    ...(revocations === undefined ? {} : { revocations }),
  };
  return encodeJwt({ sub: publicKey, name, nats, ...(issuedAtS === undefined ? {} : { iat: issuedAtS }) }, signer);
}

function limitsOf({ jetstream = false, imports = [], limits }: AccountFacts): Readonly<Record<string, unknown>> {
  if (limits !== undefined) {
    const { connections, leaves, subscriptions, payloadBytes } = limits;
    const border = { imports: imports.length, exports: 0, wildcards: false, leaf: leaves };
    return { ...border, conn: connections, subs: subscriptions, payload: payloadBytes, data: ANY };
  }
  const plain = {
    subs: ANY,
    data: ANY,
    payload: ANY,
    imports: ANY,
    exports: ANY,
    wildcards: true,
    leaf: ANY,
    conn: ANY,
  };
  return { ...plain, ...(jetstream ? { mem_storage: ANY, disk_storage: ANY, streams: ANY, consumer: ANY } : {}) };
}

export interface UserFacts {
  readonly name: string;
  readonly publicKey: string;
  /** The account, if one of its signing keys signs. */
  readonly issuerAccount?: string;
  /** Without them the user may use every subject of the account. */
  readonly rights?: Rights;
  readonly tags?: readonly string[];
  /** Default: client. A leaf server forwards the subjects of a whole server. */
  readonly connectsAs?: "client" | "leaf";
  readonly issuedAtS?: number;
  readonly expiresAtS?: number;
}

const CONNECTION_TYPES = { client: ["STANDARD", "WEBSOCKET"], leaf: ["LEAFNODE", "LEAFNODE_WS"] };

/** A user's JWT, signed by the account or one of its signing keys. */
export function userJwt(facts: UserFacts, signer: SigningKey): string {
  const { name, publicKey, issuerAccount, rights, tags, connectsAs = "client", issuedAtS, expiresAtS } = facts;
  const nats = {
    type: "user",
    version: JWT_VERSION,
    ...(rights === undefined ? { pub: {}, sub: {} } : permissionsOf(rights)),
    subs: ANY,
    data: ANY,
    payload: ANY,
    allowed_connection_types: CONNECTION_TYPES[connectsAs],
    ...(tags === undefined ? {} : { tags }),
    ...(issuerAccount === undefined ? {} : { issuer_account: issuerAccount }),
  };
  const times = {
    ...(issuedAtS === undefined ? {} : { iat: issuedAtS }),
    ...(expiresAtS === undefined ? {} : { exp: expiresAtS }),
  };
  return encodeJwt({ sub: publicKey, name, nats, ...times }, signer);
}

/** The server uses nanoseconds. */
const NS_PER_MS = 1_000_000;

function permissionsOf({ publish, denyPublish = [], subscribe, answers }: Rights): Readonly<Record<string, unknown>> {
  // An empty list would allow everything.
  const some = (subjects: readonly string[]) => (subjects.length === 0 ? [NOWHERE] : subjects);
  return {
    pub: { allow: some(publish), deny: denyPublish },
    sub: { allow: some(subscribe) },
    ...(answers === undefined ? {} : { resp: { max: answers.max, ttl: answers.withinMs * NS_PER_MS } }),
  };
}
