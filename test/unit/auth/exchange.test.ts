import assert from "node:assert/strict";
import { createPublicKey, randomBytes, randomUUID } from "node:crypto";
import { describe, test } from "node:test";
import type { AdmitPorts } from "../../../src/auth/admit-login.ts";
import { createExchange } from "../../../src/auth/exchange.ts";
import { loginAnswerCodec, loginRequestCodec, sealedCodec } from "../../../src/schemas/wire/codec.ts";
import type { LoginAnswer, LoginRequest } from "../../../src/schemas/wire/login.ts";
import { createLogger } from "../../../src/service/logger.ts";
import { createKey, curveKeyOf, signingKeyOf } from "../../../src/trust/keys.ts";
import { type OperatorScope, operatorClaimsOf } from "../../../src/trust/operator-claims.ts";
import { openMessage, sealMessage } from "../../../src/trust/sealed.ts";
import { createMciasSigner, ISSUER, unsignedToken } from "../../helpers/mcias-tokens.ts";

const ROLES = new Map<string, OperatorScope>([
  ["user", { role: "operator", nodes: ["*"], services: ["web-*"] }],
  ["ops", { role: "operator", nodes: ["rift"], services: ["db"] }],
  ["admin", { role: "admin", nodes: ["attic"], services: ["*"] }],
]);
const LIFE_MS = 600_000;

interface World {
  readonly ports?: Partial<AdmitPorts>;
  readonly signer?: ReturnType<typeof createMciasSigner>;
}

function world({ ports = {}, signer = createMciasSigner() }: World = {}) {
  const account = createKey("account").publicKey;
  const signing = createKey("account");
  const curve = curveKeyOf(createKey("curve").seed);
  const state = { nowMs: Date.now() };
  const lines: string[] = [];
  const log = createLogger({ level: "debug", stream: { write: (line: string) => void lines.push(line) } });
  const keys = {
    current: async () => createPublicKey({ key: signer.jwk, format: "jwk" }),
    refresh: async () => false,
  };
  const now = () => state.nowMs;
  const all = { keys, issuer: ISSUER, now, curve, signer: signingKeyOf(signing.seed), log, ...ports };
  const exchange = createExchange({ roles: ROLES, account, lifeMs: LIFE_MS }, all);
  const user = createKey("user").publicKey;
  const requestOf = (token: string, more: Partial<LoginRequest> = {}): LoginRequest => ({
    version: 1,
    kind: "login-request",
    token,
    user,
    nonce: randomUUID(),
    at: new Date(state.nowMs).toISOString(),
    ...more,
  });
  const seal = (request: LoginRequest, asker = curveKeyOf(createKey("curve").seed)) => ({
    asker,
    bytes: sealedCodec.encode(sealMessage(loginRequestCodec.encode(request), asker, curve.publicKey)),
  });
  const open = (bytes: Uint8Array, asker: typeof curve): LoginAnswer =>
    loginAnswerCodec.decode(openMessage(sealedCodec.decode(bytes), asker) ?? assert.fail("cannot be opened"));
  const ask = async (token: string, more: Partial<LoginRequest> = {}): Promise<LoginAnswer> => {
    const { asker, bytes } = seal(requestOf(token, more));
    return open((await exchange(bytes)) ?? assert.fail("no answer"), asker);
  };
  return { account, signing, curve, lines, state, user, signer, exchange, ask, requestOf, seal, open };
}

describe("who is let in", () => {
  test("gets a user JWT with name, role and scope, signed by the exchange's key, for the user's own key", async () => {
    const { ask, signer, user, signing, account, state } = world();
    const sub = randomUUID();
    const { jwt = "" } = await ask(signer.token({ sub }));
    const { issuedAtS, expiresAtS, ...claims } = operatorClaimsOf(jwt);
    assert.deepEqual(claims, {
      name: sub,
      publicKey: user,
      issuer: signing.publicKey,
      issuerAccount: account,
      role: "operator",
      nodes: ["*"],
      services: ["web-*"],
    });
    assert.equal(issuedAtS, Math.floor(state.nowMs / 1000));
    assert.equal(expiresAtS, issuedAtS + LIFE_MS / 1000);
  });

  test("has access no longer than the token is valid", async () => {
    const { ask, signer, state } = world();
    const exp = Math.floor(state.nowMs / 1000) + 90;
    assert.equal(operatorClaimsOf((await ask(signer.token({ exp }))).jwt ?? "").expiresAtS, exp);
  });

  test("with several roles has the highest, with its own nodes and services alone", async () => {
    const { ask, signer } = world();
    const { role, nodes, services } = operatorClaimsOf(
      (await ask(signer.token({ roles: ["user", "admin"] }))).jwt ?? "",
    );
    assert.deepEqual({ role, nodes, services }, ROLES.get("admin"));
  });

  test("with several roles that give the same has the nodes and services of all", async () => {
    const { ask, signer } = world();
    const { nodes, services } = operatorClaimsOf((await ask(signer.token({ roles: ["user", "ops"] }))).jwt ?? "");
    assert.deepEqual({ nodes, services }, { nodes: ["*", "rift"], services: ["web-*", "db"] });
  });

  test("has the user name where MCIAS was asked", async () => {
    const check = async () => ({ valid: true, username: "kyle", roles: ["user"] });
    const { ask, signer } = world({ ports: { check } });
    assert.equal(operatorClaimsOf((await ask(signer.token())).jwt ?? "").name, "kyle");
  });

  test("uses the id as the name where the user name is not valid in a history", async () => {
    const check = async () => ({ valid: true, username: "kyle\u001b[31m", roles: ["user"] });
    const { ask, signer } = world({ ports: { check } });
    const sub = randomUUID();
    assert.equal(operatorClaimsOf((await ask(signer.token({ sub }))).jwt ?? "").name, sub);
  });
});

describe("who is refused", () => {
  const nowS = () => Math.floor(Date.now() / 1000);
  const signer = createMciasSigner();
  const altered = (token: string) => {
    const [head = "", body = "", sig = ""] = token.split(".");
    const claims = { ...JSON.parse(Buffer.from(body, "base64url").toString()), roles: ["admin"] };
    return `${head}.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.${sig}`;
  };
  const CASES: Record<string, readonly [token: () => string, reason: string]> = {
    "a token by another key": [() => createMciasSigner().token(), "token-invalid"],
    "a token without a signature (alg none)": [() => unsignedToken(), "token-invalid"],
    "a token by HMAC with the public key": [() => signer.hmacToken(), "token-invalid"],
    "a token that says it is by HMAC": [() => signer.token({}, { alg: "HS256" }), "token-invalid"],
    "a token with a critical header that is not known": [
      () => signer.token({}, { crit: ["x"], x: 1 }),
      "token-invalid",
    ],
    "a token whose roles were altered": [() => altered(signer.token()), "token-invalid"],
    "a token of another issuer": [() => signer.token({ iss: "https://other.test" }), "token-invalid"],
    "a token that has expired": [() => signer.token({ exp: nowS() - 1 }), "token-expired"],
    "a token that has a second left": [() => signer.token({ exp: nowS() + 1 }), "token-expired"],
    "a token that never expires": [() => signer.token({ exp: undefined }), "token-invalid"],
    "a token without an id": [() => signer.token({ jti: undefined }), "token-invalid"],
    "a token without a subject": [() => signer.token({ sub: undefined }), "token-invalid"],
    "a token with a subject of control characters": [() => signer.token({ sub: "a\nb" }), "token-invalid"],
    "a token from the future": [() => signer.token({ iat: nowS() + 3600 }), "token-invalid"],
    "a token that counts later": [() => signer.token({ nbf: nowS() + 3600 }), "token-invalid"],
    "a token whose roles are no list": [() => signer.token({ roles: "admin" }), "token-invalid"],
    "a guest": [() => signer.token({ roles: ["guest"] }), "not-permitted"],
    "a guest who is an admin too": [() => signer.token({ roles: ["admin", "guest"] }), "not-permitted"],
    "a system account, which has no roles": [() => signer.token({ roles: undefined }), "not-permitted"],
    "roles that are null": [() => signer.token({ roles: null }), "not-permitted"],
    "a role that has no rights here": [() => signer.token({ roles: ["wheel"] }), "not-permitted"],
    "a role by the name of what every object has": [() => signer.token({ roles: ["constructor"] }), "not-permitted"],
    nonsense: [() => "not.a.token", "token-invalid"],
    "a token as long as a book": [() => `${"a".repeat(9000)}.b.c`, "token-invalid"],
  };
  for (const [what, [token, reason]] of Object.entries(CASES)) {
    test(`${what}: ${reason}`, async () => {
      const answer = await world({ signer }).ask(token());
      assert.equal(answer.refused, reason);
      assert.equal(answer.jwt, undefined);
    });
  }

  test("who asks for a key that is no user's", async () => {
    const { ask, signer } = world();
    assert.equal((await ask(signer.token(), { user: createKey("account").publicKey })).refused, "token-invalid");
  });

  test("whose clock is far from the exchange's", async () => {
    const { ask, signer, state } = world();
    for (const awayMs of [-61_000, 61_000]) {
      const at = new Date(state.nowMs + awayMs).toISOString();
      assert.equal((await ask(signer.token(), { at })).refused, "stale");
    }
    assert.equal((await ask(signer.token(), { at: "yesterday" })).refused, "stale");
  });

  const WORDS = {
    "is not valid": [{ valid: false }, "token-revoked"],
    "is of somebody else": [{ valid: true, sub: "another", roles: ["user"] }, "token-revoked"],
    "has lost its roles": [{ valid: true, roles: [] }, "not-permitted"],
    "is a guest's by now": [{ valid: true, roles: ["user", "guest"] }, "not-permitted"],
  } as const;
  for (const [what, [word, reason]] of Object.entries(WORDS)) {
    test(`whose token, as MCIAS says, ${what}: ${reason}`, async () => {
      const { ask, signer } = world({ ports: { check: async () => word } });
      assert.equal((await ask(signer.token())).refused, reason);
    });
  }

  test("a role that the token does not have, though MCIAS names it by now", async () => {
    const { ask, signer } = world({ ports: { check: async () => ({ valid: true, roles: ["user", "admin"] }) } });
    assert.equal(operatorClaimsOf((await ask(signer.token())).jwt ?? "").role, "operator");
  });

  test("everybody while MCIAS must be asked and does not answer", async () => {
    const { ask, signer } = world({ ports: { check: () => Promise.reject(new Error("down")) } });
    assert.equal((await ask(signer.token())).refused, "unavailable");
  });

  test("an account that logs in again and again; others are not", async () => {
    const { ask, signer, state } = world();
    const sub = randomUUID();
    for (let count = 0; count < 30; count += 1) assert.ok((await ask(signer.token({ sub }))).jwt);
    assert.equal((await ask(signer.token({ sub }))).refused, "too-often");
    assert.ok((await ask(signer.token())).jwt);
    state.nowMs += 60_001;
    assert.ok((await ask(signer.token({ sub }))).jwt);
  });
});

describe("a key of MCIAS that changes", () => {
  test("is fetched when a signature does not fit", async () => {
    const [old, fresh] = [createMciasSigner(), createMciasSigner()];
    const state = { jwk: old.jwk };
    const keys = {
      current: async () => createPublicKey({ key: state.jwk, format: "jwk" }),
      refresh: async () => {
        state.jwk = fresh.jwk;
        return true;
      },
    };
    const { ask } = world({ ports: { keys } });
    assert.ok((await ask(fresh.token())).jwt);
    assert.equal((await ask(old.token())).refused, "token-invalid");
  });
});

describe("what goes over the bus", () => {
  test("gets one answer; the same request again gets none", async () => {
    const { signer, exchange, requestOf, seal } = world();
    const { bytes } = seal(requestOf(signer.token()));
    assert.ok(await exchange(bytes));
    assert.equal(await exchange(bytes), undefined);
  });

  test("is answered for the one who sealed it alone", async () => {
    const { signer, exchange, requestOf, seal, open } = world();
    const { bytes, asker } = seal(requestOf(signer.token()));
    const answer = (await exchange(bytes)) ?? assert.fail("no answer");
    assert.ok(open(answer, asker).jwt);
    const other = curveKeyOf(createKey("curve").seed);
    assert.equal(openMessage(sealedCodec.decode(answer), other), undefined);
  });

  test("gets no answer when it is no sealed request", async () => {
    const { signer, exchange, requestOf, seal, curve, open } = world();
    const asker = curveKeyOf(createKey("curve").seed);
    const bare = loginRequestCodec.encode(requestOf(signer.token()));
    const sealed = (data: Uint8Array) => sealedCodec.encode(sealMessage(data, asker, curve.publicKey));
    const stranger = curveKeyOf(createKey("curve").seed).publicKey;
    const cases = [
      randomBytes(100),
      bare,
      sealed(randomBytes(50)),
      sealed(Buffer.from('{"version":1,"kind":"login-answer","nonce":"0123456789abcdef"}')),
      sealedCodec.encode(sealMessage(bare, asker, stranger)),
      seal(requestOf(signer.token(), { nonce: "short" })).bytes,
    ];
    for (const bytes of cases) assert.equal(await exchange(bytes), undefined);
    assert.ok(open((await exchange(sealed(bare))) ?? assert.fail(), asker).jwt, "the same, sealed, does");
  });

  test("leaves nothing of a token or a JWT in the log", async () => {
    const check = async () => ({ valid: true, username: "kyle", roles: ["user"] });
    const { ask, signer, lines, exchange } = world({ ports: { check } });
    const tokens = [signer.token(), signer.token({ roles: ["guest"] }), createMciasSigner().token(), unsignedToken()];
    const answers = await Promise.all(tokens.map((token) => ask(token)));
    await exchange(Buffer.from(tokens[0] ?? ""));
    const secrets = [...tokens, ...answers.flatMap(({ jwt }) => jwt ?? [])];
    const parts = secrets.flatMap((secret) => secret.split(".").slice(1)).filter((one) => one !== "");
    const log = lines.join("");
    assert.match(log, /"admitted"/);
    assert.match(log, /"refused"/);
    for (const secret of parts) assert.ok(!log.includes(secret), "a secret in the log");
  });
});

describe("the log", () => {
  test("has a few lines of a flood of junk and refused logins, and says how many more there were", async () => {
    const { exchange, lines, ask, signer, state } = world();
    for (let index = 0; index < 500; index++) {
      await exchange(randomBytes(64));
      await ask(unsignedToken());
    }
    assert.ok(lines.length <= 50, `${lines.length} lines`);
    assert.ok((await ask(signer.token({}))).jwt, "a login is admitted all the same");
    assert.match(lines.at(-1) ?? "", /admitted/);
    state.nowMs += 60_001;
    await exchange(randomBytes(64));
    const { suppressed } = JSON.parse(lines.at(-1) ?? "{}");
    assert.ok(suppressed > 450 && suppressed < 500, String(suppressed));
  });
});
