import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ageText, durationText, leftText, msSince, sizeText } from "../../../../src/cli/output/age.ts";

describe("ageText", () => {
  const cases: [number, string][] = [
    [-5000, "0s"],
    [0, "0s"],
    [900, "0s"],
    [2_400, "2s"],
    [61_000, "1m"],
    [3 * 3_600_000, "3h"],
    [50 * 3_600_000, "2d"],
  ];
  for (const [ms, text] of cases) it(`shows ${ms} ms as ${text}`, () => assert.equal(ageText(ms), text));
});

describe("a time that cannot be read", () => {
  it("is no reason to fail: its age is unknown", () => {
    for (const at of ["", "soon", "2026-13-45T99:00:00Z", "+999999-01-01T00:00:00Z"]) {
      assert.equal(ageText(msSince(at, 0)), "an unknown time", at);
      assert.equal(durationText(msSince(at, 0)), "an unknown time", at);
    }
  });
});

describe("leftText", () => {
  const DAY = 86_400_000;
  const cases: [number, string][] = [
    [90 * DAY - 1_500, "90d"],
    [90 * DAY, "90d"],
    [89.4 * DAY, "89d"],
    [2 * DAY - 1, "2d"],
    [3_600_000 * 5 - 10, "5h"],
    [500, "1s"],
  ];
  for (const [ms, text] of cases) it(`shows ${ms} ms as ${text}`, () => assert.equal(leftText(ms), text));
});

describe("msSince", () => {
  it("is never negative, since clocks of two machines differ", () => {
    assert.equal(msSince("2025-01-01T00:00:10Z", Date.parse("2025-01-01T00:00:00Z")), 0);
  });
});

describe("sizeText", () => {
  const cases: [number, string][] = [
    [0, "0 B"],
    [1023, "1023 B"],
    [1536, "1.5 KiB"],
    [200 * 1024 ** 2, "200 MiB"],
    [8 * 1024 ** 3, "8.0 GiB"],
  ];
  for (const [bytes, text] of cases) it(`shows ${bytes} bytes as ${text}`, () => assert.equal(sizeText(bytes), text));
});
