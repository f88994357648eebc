import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { searchBackwards } from "../../../src/bus/events/event-start.ts";

/** A stream whose matching messages lie at `matching`; counts how often it is asked. */
function streamOf(matching: readonly number[]) {
  const calls = { count: 0 };
  const countFrom = async (sequence: number) => {
    calls.count++;
    return matching.filter((at) => at >= sequence).length;
  };
  return { countFrom, calls };
}

test("the window found holds the last N that match, or all, and not many more", async () => {
  const property = fc.asyncProperty(
    fc.integer({ min: 1, max: 1000 }),
    fc.integer({ min: 0, max: 20_000 }),
    fc.integer({ min: 1, max: 50 }),
    fc.uniqueArray(fc.nat(20_000), { maxLength: 2000 }),
    async (first, length, wanted, offsets) => {
      const last = first + length;
      const matching = offsets.map((offset) => first + offset).filter((at) => at <= last);
      const { countFrom, calls } = streamOf(matching);
      const start = await searchBackwards({ first, last }, wanted, countFrom);
      const found = matching.filter((at) => at >= start).length;
      assert.ok(start >= first);
      assert.ok(found >= Math.min(wanted, matching.length), "none of the last N is left out");
      assert.ok(found <= wanted + 500 || start === last, "and few others are read");
      assert.ok(calls.count <= 40);
    },
  );
  await fc.assert(property, { numRuns: 300 });
});

test("an empty stream is asked nothing it cannot answer", async () => {
  const { countFrom } = streamOf([]);
  assert.equal(await searchBackwards({ first: 1, last: 0 }, 10, countFrom), 1);
});

test("the usual case, all of the end matching, costs one round trip", async () => {
  const { countFrom, calls } = streamOf(Array.from({ length: 5000 }, (_, i) => i + 1));
  assert.equal(await searchBackwards({ first: 1, last: 5000 }, 20, countFrom), 4981);
  assert.equal(calls.count, 1);
});
