/** The rows in memory never run ahead of the store. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { openServiceCache } from "../../../../src/agent/state/service-cache.ts";
import { MemoryStore } from "../../../../src/agent/store/memory-store.ts";
import { deferred } from "../../../../src/values/deferred.ts";
import { documentOf, draftOf, memoryOf, refOf } from "../../../fixtures/store/samples.ts";
import { failingStore } from "../../../helpers/failing-store.ts";

const accepted = (generation: number) => {
  const document = documentOf("web", generation);
  return [document, refOf(document), []] as const;
};

describe("the service cache", () => {
  it("keeps the old memory when the store refuses the new one", async () => {
    const { store, failAt } = failingStore(new MemoryStore());
    const cache = await openServiceCache(store, () => undefined);
    await cache.accept(...accepted(1));
    failAt(1);
    await assert.rejects(cache.update("web", () => ({ memory: memoryOf(1) })));
    assert.equal(cache.get("web")?.memory.appliedGeneration, 0);
    failAt(1);
    await assert.rejects(cache.accept(...accepted(2)));
    assert.equal(cache.get("web")?.ref.generation, 1);
  });

  it("shows a change only when it is stored", async () => {
    const store = new MemoryStore();
    const cache = await openServiceCache(store, () => undefined);
    await cache.accept(...accepted(1));
    const storing = deferred<void>();
    const { remember } = store;
    store.remember = async (...args) => {
      await storing.promise;
      await remember.apply(store, args);
    };
    const updating = cache.update("web", () => ({ memory: memoryOf(1) }));
    await new Promise(setImmediate);
    assert.equal(cache.get("web")?.memory.appliedGeneration, 0);
    storing.resolve();
    await updating;
    assert.equal(cache.get("web")?.memory.appliedGeneration, 1);
  });

  it("makes the changes of one service one after the other, each from the last", async () => {
    const store = new MemoryStore();
    const cache = await openServiceCache(store, () => undefined);
    await cache.accept(...accepted(1));
    const add = () =>
      cache.update("web", ({ memory }) => ({
        memory: { ...memory, appliedGeneration: memory.appliedGeneration + 1 },
      }));
    const { remember } = store;
    store.remember = async (...args) => {
      await new Promise(setImmediate);
      await remember.apply(store, args);
    };
    await Promise.all([add(), add(), add()]);
    assert.equal(cache.get("web")?.memory.appliedGeneration, 3);
  });

  it("forgets failures and delays of the state before, and writes nothing where nothing changes", async () => {
    const { store, writes } = failingStore(new MemoryStore());
    const woken = { count: 0 };
    const cache = await openServiceCache(store, () => void woken.count++);
    await cache.accept(...accepted(1));
    const repairs = { api: { count: 3, notBeforeMs: 5, lastMs: 4 } };
    const failure = {
      generation: 1,
      component: "api",
      message: "no",
      at: "2025-01-01T00:00:00Z",
      code: "E_RUNTIME",
      lines: [],
      previousServing: false,
    } as const;
    const memory = { ...memoryOf(0), repairs, failed: { api: 1 }, failure };
    await cache.update("web", () => ({ memory, events: [draftOf("failed")] }));
    assert.equal(woken.count, 1);
    const before = writes();
    await cache.update("web", ({ memory: same }) => ({ memory: same }));
    assert.equal(writes(), before);
    await cache.accept(...accepted(2));
    const now = cache.get("web")?.memory;
    assert.deepEqual([now?.repairs, now?.failed, now?.failure], [{}, {}, undefined]);
  });
});
