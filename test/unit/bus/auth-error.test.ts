import assert from "node:assert/strict";
import { test } from "node:test";
import { authError } from "../../../src/bus/connection/auth-error.ts";
import { renderCreds } from "../../../src/trust/creds-file.ts";
import { encodeJwt } from "../../../src/trust/jwt.ts";
import { createKey, signingKeyOf } from "../../../src/trust/keys.ts";
import { messageOf } from "../../../src/values/error.ts";

const NOW_MS = Date.parse("2026-03-10T12:00:00Z");
const DAY_S = 86_400;

function credsOf(times: { readonly iat: number; readonly exp?: number }) {
  const user = createKey("user");
  const claims = { sub: user.publicKey, name: "kyle", ...times, nats: { type: "user", version: 2 } };
  return { text: renderCreds({ jwt: encodeJwt(claims, signingKeyOf(createKey("account").seed)), seed: user.seed }) };
}

const refused = (times: { readonly iat: number; readonly exp?: number }) =>
  authError({ servers: ["tls://bus.example.net"], creds: credsOf(times) }, new Error("no"), NOW_MS);

test("credentials from the future mean that this machine's clock is behind", () => {
  const error = refused({ iat: NOW_MS / 1000 + 2 * DAY_S });
  assert.match(
    messageOf(error),
    /issued at 2026-03-12T12:00:00\.000Z, and this machine's clock says 2026-03-10T12:00:00\.000Z/,
  );
  assert.match(error.hint, /set the clock/);
});

test("expired credentials are named as such, and how to renew them", () => {
  const error = refused({ iat: NOW_MS / 1000 - 2 * DAY_S, exp: NOW_MS / 1000 - DAY_S });
  assert.match(messageOf(error), /they expired at 2026-03-09T12:00:00\.000Z/);
  assert.match(error.hint, /mcp operator add kyle --renew/);
});

test("credentials with valid times say nothing of the clock", () => {
  const error = refused({ iat: NOW_MS / 1000 - DAY_S, exp: NOW_MS / 1000 + DAY_S });
  assert.doesNotMatch(`${messageOf(error)} ${error.hint}`, /clock|expired/);
});

test("without credentials the hint is the line to add", () => {
  const error = authError({ servers: ["tls://bus.example.net"] }, new Error("no"), NOW_MS);
  assert.match(error.hint, /add `creds = "<file>"` under \[bus\]/);
});
