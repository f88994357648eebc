/** No request is acted on twice, however many there are, and the memory of them stays bounded. */
import assert from "node:assert/strict";
import { it } from "node:test";
import fc from "fast-check";
import { createSeenRequests } from "../../../src/agent/trust/seen-requests.ts";
import { testCases } from "../../helpers/test-cases.ts";

const at = (ms: number) => new Date(ms).toISOString();

it("says yes to no request twice, in whatever order they come", () => {
  const requests = fc.array(fc.record({ id: fc.integer({ min: 0, max: 40 }).map(String), ms: fc.nat(50) }), {
    maxLength: 200,
  });
  fc.assert(
    fc.property(requests, fc.integer({ min: 1, max: 10 }), (given, kept) => {
      const seen = createSeenRequests(kept);
      const signer = "one";
      const dates = new Map(given.map(({ id, ms }) => [id, at(ms)])); // an id is signed with one date
      const taken = given.map(({ id }) => id).filter((id) => seen.isNew(signer, { id, at: dates.get(id) ?? "" }));
      assert.equal(new Set(taken).size, taken.length);
    }),
    { numRuns: testCases(500) },
  );
});

it("takes whatever is dated now, though thousands came before", () => {
  const seen = createSeenRequests(100);
  for (let ms = 1; ms <= 5_000; ms++) assert.ok(seen.isNew("one", { id: `r${ms}`, at: at(ms) }));
  assert.ok(!seen.isNew("one", { id: "r1", at: at(1) }), "forgotten, and too old");
  assert.ok(
    !seen.isNew("one", { id: "late", at: at(1) }),
    "dated before what was forgotten, so it may be a repetition",
  );
  assert.ok(!seen.isNew("one", { id: "new", at: "no date" }));
});

it("of one signer are no reason to refuse another's, however many there are and whatever their dates", () => {
  const seen = createSeenRequests(100);
  for (let ms = 1; ms <= 5_000; ms++) seen.isNew("flooder", { id: `r${ms}`, at: "9998-01-01T00:00:00Z" });
  assert.ok(seen.isNew("alice", { id: "r1", at: at(1) }));
});
