/** The helper that counts what a signal keeps must see both kinds, or the tests that use it could not fail. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { dependantsOf } from "../../helpers/signal-dependants.ts";

test("counts listeners and signals made by AbortSignal.any", () => {
  const { signal } = new AbortController();
  assert.equal(dependantsOf(signal), 0);
  signal.addEventListener("abort", () => undefined);
  assert.equal(dependantsOf(signal), 1);
  AbortSignal.any([signal, new AbortController().signal]).addEventListener("abort", () => undefined);
  assert.equal(dependantsOf(signal), 2);
});
