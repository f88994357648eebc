/** Delays between tries. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { isDelayed, MAX_DELAY_MS, repairDelayMs, retryDelayMs } from "../../../../src/agent/reconcile/model/backoff.ts";

describe("the delay before the next try", () => {
  it("is zero before the first repair, then doubles from a second to five minutes", () => {
    const longest = [0, 1, 2, 3, 8, 9, 10, 60].map((count) => repairDelayMs(count, 1));
    assert.deepEqual(longest, [0, 1_000, 2_000, 4_000, 128_000, 256_000, 300_000, 300_000]);
  });

  it("of a deploy that failed doubles from fifteen seconds to ten minutes", () => {
    const longest = [1, 2, 3, 6, 7, 60].map((count) => retryDelayMs(count, 1));
    assert.deepEqual(longest, [15_000, 30_000, 60_000, 480_000, 600_000, 600_000]);
  });

  it("is spread over its upper half and never beyond", () => {
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2_000 }), random, (count, drawn) => {
        for (const delayMs of [repairDelayMs, retryDelayMs]) {
          const full = delayMs(count, 1);
          const drawnMs = delayMs(count, drawn);
          assert.ok(drawnMs >= Math.floor(full / 2) && drawnMs <= full && full <= MAX_DELAY_MS);
        }
      }),
    );
  });

  it("no longer runs when the clock was put back behind any delay there is", () => {
    assert.equal(isDelayed(1_000, 999), true);
    assert.equal(isDelayed(1_000, 1_000), false);
    assert.equal(isDelayed(3_600_000, 0), false);
  });
});
