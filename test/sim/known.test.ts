/** The simulation itself: it repeats exactly, asks nothing of the real machine, and no known case breaks an invariant again. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { KNOWN_CASES } from "./known-cases.ts";
import { simulate } from "./simulate.ts";

describe("a simulation", () => {
  for (const profile of ["gentle", "wild"] as const) {
    it(`runs a ${profile} seed twice in exactly the same way, without real time or chance`, async () => {
      for (const seed of [1, 2, 3, 4]) {
        const first = await simulate({ seed, profile });
        const again = await simulate({ seed, profile });
        assert.ok(first.trace.length > 30, "something happened");
        assert.deepEqual(again.trace, first.trace);
        assert.deepEqual([...first.leaks, ...again.leaks], [], "asked of the real machine");
      }
    });
  }

  it("takes another course with another seed", async () => {
    const one = await simulate({ seed: 1, profile: "wild" });
    const two = await simulate({ seed: 2, profile: "wild" });
    assert.notDeepEqual(one.trace, two.trace);
  });

  for (const { title, seed, acts, profile = "wild" } of KNOWN_CASES) {
    it(`finds no fault again: ${title}`, async () => {
      const { violation } = await simulate({ seed, profile, acts });
      assert.equal(violation, undefined);
    });
  }
});
