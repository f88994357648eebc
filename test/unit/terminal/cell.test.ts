import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { escaped, harmless } from "../../../src/terminal/cell.ts";

describe("harmless", () => {
  it("takes colors, cursor moves and titles out", () => {
    assert.equal(harmless("\u001b[31mred\u001b[0m \u001b[2J\u001b]0;title\u0007end"), "red end");
  });

  it("takes out what could overwrite or hide a line", () => {
    assert.equal(harmless("ok\rfake\u0008\u0000\u009b31m\u202eevil"), "ok fakeevil");
  });

  it("keeps the text around sequences, and after one that never ends", () => {
    assert.equal(harmless("\u001b[2Jhello\u0007 \u001b(Bthere\u001b]0;title"), "hello there]0;title");
  });

  it("keeps letters of every script", () => {
    assert.equal(harmless("Grüße, 世界 🚀"), "Grüße, 世界 🚀");
  });

  it("leaves no control character whatever comes in", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        assert.doesNotMatch(harmless(text), /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
      }),
    );
  });
});

describe("escaped", () => {
  it("spells out controls, line ends, turned directions and halves of characters", () => {
    assert.equal(
      escaped("a\nb\tc\u001b[31m\u0007\u009b\u202e\u2028\ud800"),
      "a\\nb\\tc\\x1b[31m\\x07\\x9b\\u202e\\u2028\\ud800",
    );
  });

  it("keeps letters of every script", () => {
    assert.equal(escaped("Grüße, 世界 🚀 \\n"), "Grüße, 世界 🚀 \\n");
  });
});
