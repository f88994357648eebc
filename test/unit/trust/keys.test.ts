import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createAccount, fromPublic, fromSeed } from "@nats-io/nkeys";
import { createKey, isPublicKey, signingKeyOf, verifySignature } from "../../../src/trust/keys.ts";
import { hasCode, messageOf } from "../../../src/values/error.ts";

const DATA = Buffer.from("what is signed");

describe("a key", () => {
  for (const kind of ["operator", "account", "user"] as const) {
    test(`of an ${kind} signs as the nkeys package does, each verifying the other`, () => {
      const { publicKey, seed } = createKey(kind);
      const key = signingKeyOf(seed);
      const pair = fromSeed(Buffer.from(seed));
      assert.equal(key.publicKey, publicKey);
      assert.deepEqual(Buffer.from(key.sign(DATA)), Buffer.from(pair.sign(DATA)));
      assert.ok(fromPublic(publicKey).verify(DATA, key.sign(DATA)));
      assert.ok(verifySignature(publicKey, DATA, pair.sign(DATA)));
      assert.ok(isPublicKey(publicKey, kind) && isPublicKey(publicKey) && !isPublicKey(publicKey, "curve"));
    });
  }

  test("for sealing neither signs nor verifies", () => {
    const { publicKey, seed } = createKey("curve");
    assert.ok(isPublicKey(publicKey, "curve"));
    assert.throws(
      () => signingKeyOf(seed),
      (error) => hasCode(error, "E_CONFIG"),
    );
    assert.equal(verifySignature(publicKey, DATA, new Uint8Array(64)), false);
  });
});

test("a signature of another key, over other data, cut or empty is not valid, and nothing throws", () => {
  const { publicKey, seed } = createKey("user");
  const signature = signingKeyOf(seed).sign(DATA);
  assert.ok(verifySignature(publicKey, DATA, signature));
  assert.equal(verifySignature(createAccount().getPublicKey(), DATA, signature), false);
  assert.equal(verifySignature(publicKey, Buffer.from("what is signe"), signature), false);
  for (const bad of [new Uint8Array(), signature.slice(0, 63), new Uint8Array(64), new Uint8Array(65)]) {
    assert.equal(verifySignature(publicKey, DATA, bad), false);
  }
  const swapped = publicKey.slice(0, 20) + (publicKey[20] === "A" ? "B" : "A") + publicKey.slice(21);
  for (const bad of [
    "",
    "U",
    swapped,
    seed,
    publicKey.toLowerCase(),
    `${publicKey}A`,
    "U".repeat(56),
    "ü".repeat(56),
  ]) {
    assert.equal(isPublicKey(bad), false, bad);
    assert.equal(verifySignature(bad, DATA, signature), false, bad);
  }
});

test("an invalid seed is refused without being shown", () => {
  const { seed } = createKey("user");
  const damaged = seed.slice(0, 20) + (seed[20] === "A" ? "B" : "A") + seed.slice(21);
  for (const bad of ["", "nothing", damaged, seed.slice(1), createKey("user").publicKey]) {
    assert.throws(
      () => signingKeyOf(bad),
      (error) => hasCode(error, "E_CONFIG") && (bad === "" || !messageOf(error).includes(bad)),
    );
  }
});
