/** How the kernel's list of users and their keys is read. */
import assert from "node:assert/strict";
import { it } from "node:test";
import { readKeys } from "../../../../src/agent/doctor/probe-keys.ts";

const LIST = [
  "    0:     9 8/8 3/1000000 40/25000000",
  "  999:   200 200/200 199/200 13930/20000",
  " 1999:     2 2/2 2/200 140/20000",
  "",
].join("\n");

it("reads the line of the user alone: what counts, and what may", () => {
  assert.deepEqual(readKeys(LIST, 999), { count: 199, bytes: 13_930, maxCount: 200, maxBytes: 20_000 });
  assert.deepEqual(readKeys(LIST, 0), { count: 3, bytes: 40, maxCount: 1_000_000, maxBytes: 25_000_000 });
});

it("has nothing of a user without keys, nor of words it does not know", () => {
  assert.equal(readKeys(LIST, 99), undefined);
  assert.equal(readKeys("999: many", 999), undefined);
});
