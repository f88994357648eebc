/** The contract of the store port, over every implementation; what outlives a restart is asked of those with a disk. */
import assert from "node:assert/strict";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { MemoryStore } from "../../src/agent/store/memory-store.ts";
import { openLibsqlStore } from "../../src/agent/store/open-libsql-store.ts";
import { openStore } from "../../src/agent/store/open-store.ts";
import { EMPTY_MEMORY, type Store } from "../../src/agent/store/store.ts";
import { hasCode } from "../../src/values/error.ts";
import { documentOf, draftOf, drain, memoryOf, refOf, tombstoneOf } from "../fixtures/store/samples.ts";
import { failingStore } from "../helpers/failing-store.ts";
import { tempDir } from "../helpers/temp-dir.ts";

type Open = (path: string) => Promise<Store>;

const noRebuild = { onRebuilt: () => assert.fail("the store was sound") };
const openLibsql: Open = async (path) => openLibsqlStore(path, { nowMs: Date.now() }).store;
const openFiled: Open = (path) => openStore(path, noRebuild);

const DURABLE: Record<string, Open> = { libsql: openLibsql, "libsql with files": openFiled };
const ALL: Record<string, Open> = {
  ...DURABLE,
  memory: async () => new MemoryStore(),
  "failing, when told nothing": async () => failingStore(new MemoryStore()).store,
};

const isStoreError = (error: unknown) => hasCode(error, "E_STORE");

async function fresh(t: TestContext, open: Open): Promise<Store> {
  const store = await open(join(await tempDir(t), "mcp.db"));
  t.after(() => store.close());
  return store;
}

async function acceptedAt(store: Store, generation: number, events = [draftOf(`generation ${generation}`)]) {
  const document = documentOf("web", generation);
  await store.accept(document, refOf(document), memoryOf(generation - 1), events);
}

for (const [name, open] of Object.entries(ALL)) {
  describe(`store: ${name}`, () => {
    it("has nothing at first", async (t) => {
      const store = await fresh(t, open);
      assert.deepEqual(await store.services(), []);
      assert.equal(await store.nextUndelivered(), undefined);
      assert.equal(await store.undeliveredCount(), 0);
      assert.equal(await store.fact("node"), undefined);
    });

    it("gives back what was accepted, the last per service, by name", async (t) => {
      const store = await fresh(t, open);
      await acceptedAt(store, 1);
      await acceptedAt(store, 7);
      const gone = tombstoneOf("api", 3);
      await store.accept(gone, refOf(gone), EMPTY_MEMORY, []);
      const web = documentOf("web", 7);
      assert.deepEqual(await store.services(), [
        { service: "api", document: gone, ref: refOf(gone), memory: EMPTY_MEMORY },
        { service: "web", document: web, ref: refOf(web), memory: memoryOf(6) },
      ]);
    });

    it("replaces the memory of an accepted service and leaves its document", async (t) => {
      const store = await fresh(t, open);
      await acceptedAt(store, 1);
      const memory = { ...memoryOf(1), attempts: { api: "a1" }, regressed: "generation 1 < 2" };
      await store.remember("web", memory, [draftOf("applied")]);
      const [row] = await store.services();
      assert.deepEqual([row?.document, row?.memory], [documentOf("web", 1), memory]);
      assert.deepEqual(await drain(store), ["generation 1", "applied"]);
    });

    it("gives the events above a sequence in order, delivered or not, so many at most", async (t) => {
      const store = await fresh(t, open);
      await store.append(["a", "b", "c", "d"].map((message) => draftOf(message)));
      const first = await store.nextUndelivered();
      const sequence = first?.sequence ?? 0;
      await store.markDelivered(first?.id ?? "");
      const messages = async (after: number, limit: number) =>
        (await store.eventsAfter(after, limit)).map((event) => [event.sequence - sequence, event.message]);
      assert.deepEqual(await messages(0, 3), [
        [0, "a"],
        [1, "b"],
        [2, "c"],
      ]);
      assert.deepEqual(await messages(sequence + 1, 10), [
        [2, "c"],
        [3, "d"],
      ]);
      assert.deepEqual(await messages(sequence + 3, 10), []);
    });

    it("refuses to remember a service it never accepted, and keeps none of its events", async (t) => {
      const store = await fresh(t, open);
      await assert.rejects(store.remember("web", EMPTY_MEMORY, [draftOf("lost")]), isStoreError);
      assert.equal(await store.undeliveredCount(), 0);
    });

    it("offers events one by one in the order they were stored, until each is delivered", async (t) => {
      const store = await fresh(t, open);
      await store.append([draftOf("a"), draftOf("b")]);
      await acceptedAt(store, 1, [draftOf("c")]);
      await store.append([draftOf("d")]);
      assert.equal((await store.nextUndelivered())?.message, "a");
      assert.equal((await store.nextUndelivered())?.message, "a");
      assert.equal(await store.undeliveredCount(), 4);
      assert.deepEqual(await drain(store), ["a", "b", "c", "d"]);
      assert.equal(await store.undeliveredCount(), 0);
    });

    it("gives an event back as it came, with a sequence that rises by one", async (t) => {
      const store = await fresh(t, open);
      const drafts = [draftOf("a", "warning"), { ...draftOf("b"), service: "web", data: { n: 1 } }];
      await store.append(drafts);
      const first = await store.nextUndelivered();
      await store.markDelivered(first?.id ?? "");
      const second = await store.nextUndelivered();
      const sequence = first?.sequence ?? 0;
      assert.ok(sequence > 0);
      assert.deepEqual(
        [first, second],
        [
          { ...drafts[0], sequence },
          { ...drafts[1], sequence: sequence + 1 },
        ],
      );
    });

    it("keeps neither change nor event when one event of a batch cannot be stored, and leaves no gap", async (t) => {
      const store = await fresh(t, open);
      await acceptedAt(store, 1);
      const before = (await store.nextUndelivered())?.sequence ?? 0;
      const twice = draftOf("twice");
      await assert.rejects(acceptedAt(store, 2, [draftOf("fine"), twice, twice]), isStoreError);
      await assert.rejects(store.remember("web", memoryOf(9), [twice, twice]), isStoreError);
      await assert.rejects(store.append([twice, twice]), isStoreError);
      const [row] = await store.services();
      assert.deepEqual([row?.ref.generation, row?.memory.appliedGeneration], [1, 0]);
      await store.append([draftOf("after")]);
      assert.deepEqual(await drain(store), ["generation 1", "after"]);
      await store.append([draftOf("last")]);
      assert.equal((await store.nextUndelivered())?.sequence, before + 2);
    });

    it("takes a delivered mark for an unknown or already delivered event without complaint", async (t) => {
      const store = await fresh(t, open);
      await store.append([draftOf("a", "info", "e1"), draftOf("b", "info", "e2")]);
      await store.markDelivered("never-stored");
      await store.markDelivered("e1");
      await store.markDelivered("e1");
      assert.deepEqual(await drain(store), ["b"]);
    });

    it("keeps facts by name, the last value of each", async (t) => {
      const store = await fresh(t, open);
      await store.setFact("node", "rift");
      await store.setFact("uid", "1000");
      await store.setFact("node", "orion");
      assert.deepEqual([await store.fact("node"), await store.fact("uid")], ["orion", "1000"]);
    });

    it("writes a snapshot that only its owner may read, and never over an existing file", async (t) => {
      const store = await fresh(t, open);
      await acceptedAt(store, 1);
      const path = join(await tempDir(t), "copy.db");
      await store.snapshot(path);
      const { mode, size } = await stat(path);
      assert.equal(mode & 0o777, 0o600);
      await assert.rejects(store.snapshot(path), (error) => hasCode(error, "E_FILE"));
      assert.equal((await stat(path)).size, size);
    });

    it("refuses everything once it is closed, but closing again", async (t) => {
      const store = await fresh(t, open);
      await store.close();
      await store.close();
      await assert.rejects(store.services(), isStoreError);
      await assert.rejects(store.append([draftOf("a")]), isStoreError);
      await assert.rejects(acceptedAt(store, 1), isStoreError);
    });
  });
}

for (const [name, open] of Object.entries(DURABLE)) {
  describe(`durable store: ${name}`, () => {
    it("has everything after a restart, and continues with the next sequence", async (t) => {
      const path = join(await tempDir(t), "mcp.db");
      const first = await open(path);
      await acceptedAt(first, 4, [draftOf("a"), draftOf("b")]);
      await first.setFact("node", "rift");
      const { id = "", sequence = 0 } = (await first.nextUndelivered()) ?? {};
      await first.markDelivered(id);
      await first.close();

      const second = await open(path);
      t.after(() => second.close());
      await second.append([draftOf("c")]);
      assert.equal((await second.services())[0]?.ref.generation, 4);
      assert.equal(await second.fact("node"), "rift");
      assert.deepEqual(await drain(second), ["b", "c"]);
      await second.append([draftOf("d")]);
      assert.equal((await second.nextUndelivered())?.sequence, sequence + 3);
    });

    it("makes snapshots that open as a store with the same content", async (t) => {
      const store = await fresh(t, open);
      await acceptedAt(store, 2, [draftOf("a")]);
      const path = join(await tempDir(t), "copy.db");
      await store.snapshot(path);
      const copy = await openLibsql(path);
      t.after(() => copy.close());
      assert.deepEqual(await copy.services(), await store.services());
      assert.deepEqual(await drain(copy), ["a"]);
    });
  });
}
