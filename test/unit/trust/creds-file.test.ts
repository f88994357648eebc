import assert from "node:assert/strict";
import { test } from "node:test";
import { parseCreds, renderCreds } from "../../../src/trust/creds-file.ts";
import { createKey, verifySignature } from "../../../src/trust/keys.ts";

test("a credentials file gives back the JWT and the key it was written with", () => {
  const { publicKey, seed } = createKey("user");
  const data = Buffer.from("nonce");
  for (const jwt of [undefined, "eyJh.eyJi.c2ln"]) {
    const creds = parseCreds(renderCreds(jwt === undefined ? { seed } : { jwt, seed }));
    assert.equal(creds.jwt, jwt);
    assert.ok(verifySignature(publicKey, data, creds.key.sign(data)));
  }
});
