import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeJwt, encodeJwt } from "../../../src/trust/jwt.ts";
import { createKey, signingKeyOf } from "../../../src/trust/keys.ts";
import { hasCode } from "../../../src/values/error.ts";

const key = signingKeyOf(createKey("account").seed);
const CLAIMS = { sub: createKey("user").publicKey, name: "alice", nats: { type: "user", version: 2 } };

const refused = (jwt: string) =>
  assert.throws(
    () => decodeJwt(jwt),
    (error) => hasCode(error, "E_INVALID_MESSAGE"),
    jwt,
  );

function withHead(head: object, jwt: string): string {
  const [, body = ""] = jwt.split(".");
  const text = `${Buffer.from(JSON.stringify(head)).toString("base64url")}.${body}`;
  return `${text}.${Buffer.from(key.sign(Buffer.from(text))).toString("base64url")}`;
}

test("a JWT says again what was put in, who issued it and when, under an id of its own", () => {
  const jwt = encodeJwt({ ...CLAIMS, iat: 1_700_000_000, exp: 1_700_003_600 }, key);
  const claims = decodeJwt(jwt);
  const { jti, ...rest } = claims as typeof claims & { jti: string };
  assert.deepEqual(rest, { ...CLAIMS, iat: 1_700_000_000, exp: 1_700_003_600, iss: key.publicKey });
  assert.match(jti, /^[A-Z2-7]{52}$/);
  assert.notEqual(jwt, encodeJwt({ ...CLAIMS, iat: 1_700_000_001 }, key));
  const [head = ""] = jwt.split(".");
  assert.deepEqual(JSON.parse(Buffer.from(head, "base64url").toString()), { typ: "JWT", alg: "ed25519-nkey" });
});

test("without a time it is issued now", () => {
  const before = Math.floor(Date.now() / 1000);
  assert.ok(decodeJwt(encodeJwt(CLAIMS, key)).iat >= before);
});

test("one that was changed, cut, signed by another or under another algorithm is refused", () => {
  const jwt = encodeJwt(CLAIMS, key);
  const [head = "", body = "", signature = ""] = jwt.split(".");
  const other = signingKeyOf(createKey("account").seed);
  const forged = JSON.parse(Buffer.from(body, "base64url").toString());
  const changed = Buffer.from(JSON.stringify({ ...forged, name: "mallory" })).toString("base64url");
  const byOther = Buffer.from(other.sign(Buffer.from(`${head}.${body}`))).toString("base64url");
  refused(`${head}.${changed}.${signature}`);
  refused(`${head}.${body}.${byOther}`);
  refused(`${head}.${body}.`);
  refused(`${head}.${body}`);
  refused(`${jwt}.more`);
  for (const bad of ["", "...", "a.b.c", `${head}..${signature}`]) refused(bad);
  for (const alg of ["none", "HS256", "EdDSA", "ed25519", undefined]) refused(withHead({ typ: "JWT", alg }, jwt));
});

test("one whose members are of other types is refused, however well it is signed", () => {
  for (const bad of [{ nats: 1 }, { sub: 2 }, { name: {} }, { exp: "soon" }, { iat: 1.5 }, { nats: null }]) {
    refused(encodeJwt({ ...CLAIMS, ...bad } as typeof CLAIMS, key));
  }
});
