import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { describe, it } from "node:test";
import fc from "fast-check";
import { MemoryStore } from "../../../../src/agent/store/memory-store.ts";
import { openLibsqlStore } from "../../../../src/agent/store/open-libsql-store.ts";
import { dropsOf, KEPT_DELIVERED } from "../../../../src/agent/store/outbox-bound.ts";
import type { Store } from "../../../../src/agent/store/store.ts";
import type { McpEvent } from "../../../../src/schemas/wire/event.ts";
import { draftOf } from "../../../fixtures/store/samples.ts";
import { tempDir } from "../../../helpers/temp-dir.ts";

const count = fc.nat(1_000);

async function drain(store: Store): Promise<McpEvent[]> {
  const events: McpEvent[] = [];
  for (let event = await store.nextUndelivered(); event !== undefined; event = await store.nextUndelivered()) {
    events.push(event);
    await store.markDelivered(event.id);
  }
  return events;
}

const BOUNDED = {
  libsql: async (path: string, max: number) => openLibsqlStore(path, { nowMs: 1, maxUndelivered: max }).store,
  memory: async (_: string, max: number) => new MemoryStore(max),
};

describe("the outbox's bound", () => {
  it("drops nothing up to the limit, else down to nine tenths, errors last and warnings before them", () => {
    fc.assert(
      fc.property(count, count, count, fc.integer({ min: 1, max: 2_000 }), (info, warning, error, limit) => {
        const drops = dropsOf({ info, warning, error }, limit);
        const left = info + warning + error - drops.info - drops.warning - drops.error;
        assert.equal(left, info + warning + error > limit ? Math.floor(limit * 0.9) : info + warning + error);
        if (drops.warning > 0) assert.equal(drops.info, info);
        if (drops.error > 0) assert.equal(drops.warning, warning);
        assert.ok(drops.info <= info && drops.warning <= warning && drops.error <= error);
      }),
    );
  });

  it("drops nothing from a queue that is exactly full", () => {
    assert.deepEqual(dropsOf({ info: 4, warning: 3, error: 3 }, 10), { info: 0, warning: 0, error: 0 });
  });

  for (const [name, open] of Object.entries(BOUNDED)) {
    it(`keeps an undelivered event, however many were delivered after it: ${name}`, async (t) => {
      const store = await open(`${await tempDir(t)}/mcp.db`, 10_000);
      t.after(() => store.close());
      const late = Array.from({ length: KEPT_DELIVERED + 5 }, (_, i) => draftOf(`${i}`));
      await store.append([draftOf("first"), ...late]);
      for (const { id } of late) await store.markDelivered(id);
      assert.equal((await store.nextUndelivered())?.message, "first");
    });

    it(`loses the oldest info first when it overflows, and stores an event that says so: ${name}`, async (t) => {
      const store = await open(`${await tempDir(t)}/mcp.db`, 10);
      t.after(() => store.close());
      await store.append([draftOf("bad", "error"), draftOf("odd", "warning")]);
      await store.append(Array.from({ length: 9 }, (_, i) => draftOf(`info ${i}`)));
      const events = await drain(store);
      const messages = events.map((event) => event.message);
      assert.deepEqual(messages.slice(0, 3), ["bad", "odd", "info 2"]);
      assert.equal(messages.length, 10);
      const loss = events.at(-1);
      assert.deepEqual([loss?.kind, loss?.severity, loss?.node], ["events-dropped", "error", "rift"]);
      assert.deepEqual(loss?.data, { dropped: 2, info: 2, warning: 0, error: 0 });
      assert.equal((loss?.sequence ?? 0) - (events[0]?.sequence ?? 0), 11);
    });
  }

  it("continues with the next number in a copy of the one file of a closed store, whatever the clock says", async (t) => {
    const path = `${await tempDir(t)}/mcp.db`;
    const { store } = openLibsqlStore(path, { nowMs: 5_000 });
    await store.append([draftOf("one")]);
    await store.close();
    for (const suffix of ["-wal", "-shm"]) await rm(path + suffix, { force: true });
    const again = openLibsqlStore(path, { nowMs: 1_000_000 }).store;
    t.after(() => again.close());
    await again.append([draftOf("two")]);
    assert.deepEqual(
      (await drain(again)).map(({ sequence }) => sequence),
      [5_000, 5_001],
    );
  });

  it("keeps a bounded number of delivered events, and never uses their numbers again", async (t) => {
    const path = `${await tempDir(t)}/mcp.db`;
    const { store } = openLibsqlStore(path, { nowMs: 5_000 });
    const total = KEPT_DELIVERED + 50;
    await store.append(Array.from({ length: total }, (_, i) => draftOf(`${i}`)));
    const events = await drain(store);
    assert.equal(events.at(-1)?.sequence, 5_000 + total - 1);
    await store.close();
    const again = openLibsqlStore(path, { nowMs: 1 }).store;
    t.after(() => again.close());
    const { default: Database } = await import("libsql");
    const rows = new Database(path).prepare("SELECT count(*) AS count FROM event").all();
    assert.deepEqual(rows, [{ count: KEPT_DELIVERED }]);
    await again.append([draftOf("next")]);
    assert.equal((await again.nextUndelivered())?.sequence, 5_000 + total);
  });
});
