import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readCount, readMessage, readSince, readWait, readWord } from "../../../../src/cli/arguments/arguments.ts";
import { McpError } from "../../../../src/values/error.ts";

const NOW = Date.parse("2025-06-01T12:00:00Z");
const usage = (error: unknown) => error instanceof McpError && error.code === "E_USAGE";

describe("readSince", () => {
  it("takes a duration before now and an ISO time", () => {
    assert.equal(readSince("--since", "1h", NOW), NOW - 3_600_000);
    assert.equal(readSince("--since", "2025-06-01T10:00:00Z", NOW), Date.parse("2025-06-01T10:00:00Z"));
    assert.equal(readSince("--since", "2025-06-01", NOW), Date.parse("2025-06-01"));
  });

  for (const text of ["", "yesterday", "10", "-1h", "2025-13-45"]) {
    it(`refuses "${text}"`, () => assert.throws(() => readSince("--since", text, NOW), usage));
  }
});

describe("readCount", () => {
  it("takes whole numbers", () => assert.deepEqual([readCount("-n", "0"), readCount("-n", "20")], [0, 20]));
  for (const text of ["", "-1", "1.5", "1e3", "many", "12345678901"]) {
    it(`refuses "${text}"`, () => assert.throws(() => readCount("-n", text), usage));
  }
});

describe("readWait", () => {
  it("takes a duration", () => assert.equal(readWait("--timeout", "1500ms"), 1500));
  for (const text of ["5", "0s", "90d"])
    it(`refuses "${text}"`, () => assert.throws(() => readWait("--timeout", text), usage));
});

describe("readWord", () => {
  it("names the nearest word", () => {
    assert.equal(readWord("--kind", "drift", ["drift", "event"]), "drift");
    assert.throws(() => readWord("--kind", "drfit", ["drift", "event"]), /did you mean "drift"/);
  });
});

describe("readMessage", () => {
  it("takes one line of up to 500 characters, or none", () => {
    for (const text of [undefined, "new certificate", "Grüße 🚀", "x".repeat(500)])
      assert.equal(readMessage(text), text);
  });
  for (const text of ["x".repeat(501), "a\nb", "a\u001b[1A", "\u202ea", "\u009b"])
    it(`refuses ${JSON.stringify(text.slice(0, 10))}`, () => assert.throws(() => readMessage(text), usage));

  it("repeats no more than 80 characters of an argument", () => {
    assert.throws(
      () => readCount("--lines", "9x".repeat(5_000)),
      (error) => usage(error) && error instanceof Error && error.message.length < 150,
    );
  });
});
