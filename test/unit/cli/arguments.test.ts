import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readCount, readSince, readWait, readWord } from "../../../src/cli/arguments.ts";
import { McpError } from "../../../src/schemas/error.ts";

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
