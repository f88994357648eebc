import assert from "node:assert/strict";
import { test } from "node:test";
import { differencesBetween } from "../../../src/bus/admin/provision.ts";

test("only our settings are compared, whole, and an absent false is false", () => {
  const wanted = {
    max_bytes: 5,
    deny_purge: false,
    deny_delete: true,
    subjects: ["a.>"],
    republish: { src: "a", dest: "b" },
  };
  const same = { ...wanted, deny_purge: undefined, placement: { cluster: "x" }, republish: { dest: "b", src: "a" } };
  assert.deepEqual(differencesBetween(wanted, same), []);
  assert.deepEqual(differencesBetween(wanted, { max_bytes: 6, subjects: ["a.>", "b"], deny_delete: true }), [
    { setting: "max_bytes", want: 5, have: 6 },
    { setting: "subjects", want: ["a.>"], have: ["a.>", "b"] },
    { setting: "republish", want: { src: "a", dest: "b" }, have: null },
  ]);
});
