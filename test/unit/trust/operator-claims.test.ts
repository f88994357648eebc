import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { encodeJwt } from "../../../src/trust/jwt.ts";
import { createKey, signingKeyOf } from "../../../src/trust/keys.ts";
import {
  covers,
  coversAll,
  mayCommand,
  operatorClaimsOf,
  SCOPE_PATTERN,
  tagsOf,
} from "../../../src/trust/operator-claims.ts";
import { hasCode } from "../../../src/values/error.ts";

const issuer = signingKeyOf(createKey("account").seed);
const account = createKey("account").publicKey;
const sub = createKey("user").publicKey;
const SCOPE = { role: "operator", nodes: ["rift", "dc1-*"], services: ["*"] } as const;

function jwtOf(nats: object, own: object = {}): string {
  const body = { type: "user", version: 2, issuer_account: account, tags: tagsOf(SCOPE), ...nats };
  return encodeJwt({ sub, name: "alice", iat: 1_700_000_000, nats: body, ...own }, issuer);
}

test("an operator's JWT contains the name, the issuer, the role and the scope", () => {
  assert.deepEqual(operatorClaimsOf(jwtOf({}, { exp: 1_700_003_600 })), {
    ...SCOPE,
    name: "alice",
    publicKey: sub,
    issuer: issuer.publicKey,
    issuerAccount: account,
    issuedAtS: 1_700_000_000,
    expiresAtS: 1_700_003_600,
  });
  assert.equal("expiresAtS" in operatorClaimsOf(jwtOf({})), false);
});

test("a JWT that is no user's, without a role, or for or by a key of another kind is no operator's", () => {
  const other = signingKeyOf(createKey("operator").seed);
  const byOperator = encodeJwt({ sub, name: "x", nats: { type: "user", tags: tagsOf(SCOPE) } }, other);
  const bad = [
    jwtOf({ type: "account" }),
    jwtOf({ tags: [] }),
    jwtOf({ tags: "role:admin" }),
    jwtOf({ tags: ["role:root", "node:*"] }),
    jwtOf({ tags: [{ role: "admin" }] }),
    jwtOf({}, { sub: account }),
    byOperator,
  ];
  for (const jwt of bad) {
    assert.throws(
      () => operatorClaimsOf(jwt),
      (error) => hasCode(error, "E_INVALID_MESSAGE"),
    );
  }
});

describe("scope", () => {
  test("a pattern is a name, a beginning, or everything; no pattern covers nothing", () => {
    assert.ok(covers(["rift"], "rift") && !covers(["rift"], "rift2") && !covers(["rift"], "rif"));
    assert.ok(covers(["web-*"], "web-a") && covers(["web-*"], "web-") && !covers(["web-*"], "web"));
    assert.ok(covers(["*"], "anything") && coversAll(["a", "*"]));
    assert.ok(!covers([], "rift") && !coversAll([]) && !coversAll(["a*"]));
    assert.ok(!covers(["r*t"], "rift") && !covers([".*"], "rift"));
  });

  test("of a JWT without tags for nodes or services is empty", () => {
    const { nodes, services } = operatorClaimsOf(jwtOf({ tags: ["role:admin"] }));
    assert.deepEqual([nodes, services], [[], []]);
    assert.equal(mayCommand({ role: "admin", nodes, services }, "rift", "web"), false);
  });

  test("commands need node and service of it, and a role that commands", () => {
    assert.ok(mayCommand(SCOPE, "dc1-a", "web"));
    assert.ok(!mayCommand(SCOPE, "dc2-a", "web"));
    assert.ok(!mayCommand({ ...SCOPE, services: ["db"] }, "rift", "web"));
    assert.ok(!mayCommand({ ...SCOPE, role: "viewer" }, "rift", "web"));
    assert.ok(mayCommand({ role: "admin", nodes: ["*"], services: ["web-*"] }, "rift", "web-1"));
  });

  test("has patterns of one form only", () => {
    for (const good of ["*", "rift", "web-*", "a*"]) assert.match(good, SCOPE_PATTERN);
    for (const bad of ["", "**", "*web", "a b", "Rift", "-a", "a,b", "node:x"]) assert.doesNotMatch(bad, SCOPE_PATTERN);
  });
});
