import assert from "node:assert/strict";
import { it } from "node:test";
import { MemoryStore } from "../../../../src/agent/store/memory-store.ts";
import { hasCode } from "../../../../src/values/error.ts";
import { draftOf, drain } from "../../../fixtures/store/samples.ts";
import { failingStore } from "../../../helpers/failing-store.ts";

it("fails exactly the writes it was told to, before they reach the store", async () => {
  const { store, failAt, writes } = failingStore(new MemoryStore());
  await store.append([draftOf("a")]);
  failAt(2, 2);
  await store.append([draftOf("b")]);
  for (const lost of ["c", "d"]) {
    await assert.rejects(store.append([draftOf(lost)]), (error) => hasCode(error, "E_STORE"));
  }
  await store.append([draftOf("e")]);
  assert.equal(writes(), 5);
  assert.deepEqual(await drain(store), ["a", "b", "e"]);
});
