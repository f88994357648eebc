import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  chooseStart,
  ownsId,
  parseRanges,
  SUBORDINATE_COUNT,
} from "../../../../src/cli/dev/rootless/subordinate-ids.ts";

describe("parseRanges", () => {
  it("reads well-formed lines and leaves out the rest", () => {
    const text = "alice:100000:65536\n\n# comment\nbob:x:65536\nmcp-dev:200000:10\n";
    assert.deepEqual(parseRanges(text), [
      { owner: "alice", start: 100_000, count: 65_536 },
      { owner: "mcp-dev", start: 200_000, count: 10 },
    ]);
  });
});

describe("chooseStart", () => {
  const range = fc.record({
    owner: fc.constant("x"),
    start: fc.integer({ min: 0, max: 2e8 }),
    count: fc.integer({ min: 1, max: 1e6 }),
  });

  it("never overlaps a range that is given away", () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 999 }), fc.array(range, { maxLength: 20 }), (uid, taken) => {
        const start = chooseStart(uid, taken);
        assert.ok(
          taken.every((other) => start >= other.start + other.count || start + SUBORDINATE_COUNT <= other.start),
        );
      }),
    );
  });

  it("gives two users different ranges even when neither sees the other's", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 100, max: 999 }), { minLength: 2, maxLength: 2 }),
        ([one = 0, two = 0]) => {
          assert.ok(Math.abs(chooseStart(one, []) - chooseStart(two, [])) >= SUBORDINATE_COUNT);
        },
      ),
    );
  });

  it("says so when everything is taken", () => {
    const all = [{ owner: "x", start: 0, count: 2 ** 32 }];
    assert.throws(() => chooseStart(999, all), { code: "E_UNSUPPORTED" });
  });
});

describe("ownsId", () => {
  it("counts the user's own id and its ranges, ends exclusive", () => {
    const ranges = [{ owner: "x", start: 1_000, count: 10 }];
    assert.deepEqual(
      [5, 999, 1_000, 1_009, 1_010].map((id) => ownsId(id, 5, ranges)),
      [true, false, true, true, false],
    );
  });
});
