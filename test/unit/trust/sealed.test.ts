import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createKey, curveKeyOf } from "../../../src/trust/keys.ts";
import { openMessage, sealMessage } from "../../../src/trust/sealed.ts";

const [asker, exchange, other] = ["curve", "curve", "curve"].map(() => curveKeyOf(createKey("curve").seed)) as [
  ReturnType<typeof curveKeyOf>,
  ReturnType<typeof curveKeyOf>,
  ReturnType<typeof curveKeyOf>,
];
const TEXT = Buffer.from("a token");

describe("a sealed message", () => {
  const message = sealMessage(TEXT, asker, exchange.publicKey);

  test("is opened by the key that it was sealed for", () => {
    assert.deepEqual(Buffer.from(openMessage(message, exchange) ?? []), TEXT);
    assert.ok(!message.box.includes(TEXT.toString("base64")));
  });

  test("is opened by no other", () => {
    assert.equal(openMessage(message, other), undefined);
  });

  test("that names another sender is not opened", () => {
    assert.equal(openMessage({ ...message, from: other.publicKey }, exchange), undefined);
  });

  test("that was altered is not opened", () => {
    for (let at = 0; at < Buffer.from(message.box, "base64").length; at += 7) {
      const box = Buffer.from(message.box, "base64");
      box[at] = (box[at] ?? 0) ^ 1;
      assert.equal(openMessage({ ...message, box: box.toString("base64") }, exchange), undefined, `byte ${at}`);
    }
  });

  test("of nonsense is not opened, and nothing is thrown", () => {
    for (const [from, box] of [
      ["X", ""],
      [createKey("user").publicKey, message.box],
      [asker.publicKey, ""],
      [asker.publicKey, "eGt2MQ=="],
    ] as const) {
      assert.equal(openMessage({ version: 1, from, box }, exchange), undefined);
    }
  });
});

test("a curve key's seed is no signing key's, and the other way round", () => {
  assert.throws(() => curveKeyOf(createKey("user").seed), /not a valid seed of a curve key/);
  assert.throws(() => curveKeyOf("SX"), /not a valid seed of a curve key/);
});
