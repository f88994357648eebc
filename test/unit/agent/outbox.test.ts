/** The outbox: retries slow down up to a limit and start again after a success; flush waits, but not for ever. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Outbox } from "../../../src/agent/reporting/outbox.ts";
import type { Clock } from "../../../src/agent/state/clock.ts";
import { MemoryStore } from "../../../src/agent/store/memory-store.ts";
import type { NodeBus } from "../../../src/bus/ports/node-bus.ts";
import { deferred } from "../../../src/values/deferred.ts";
import { McpError } from "../../../src/values/error.ts";
import { draftOf } from "../../fixtures/store/samples.ts";

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));
const never = () => new Promise<void>(() => undefined);

/** Events in a store, and an outbox whose pauses between retries take no time. `sleep`: what flush waits with. */
async function outboxOn(publishEvent: NodeBus["publishEvent"], count: number, sleep = never) {
  const store = new MemoryStore();
  await store.append(Array.from({ length: count }, (_, index) => draftOf(`event ${index}`)));
  const pauses: number[] = [];
  const clock: Clock = {
    now: () => 0,
    random: () => 0.5,
    newId: () => "",
    sleep: async (ms) => {
      if (ms === FLUSH_MS) return await sleep();
      pauses.push(ms);
      await nextTurn();
    },
  };
  const bus = { isConnected: () => true, publishEvent } as Partial<NodeBus> as NodeBus;
  const outbox = new Outbox({ bus, store, clock, onError: () => undefined }, new AbortController().signal);
  return { outbox, store, pauses };
}

const FLUSH_MS = 12_345;

describe("the outbox", () => {
  it("waits longer after each failure, half a minute at most, and begins again after a success", async () => {
    const tries = { count: 0 };
    const fails = (n: number) => n <= 12 || n === 14; // the first event 12 times, the second once
    const { outbox, pauses, store } = await outboxOn(async () => {
      if (fails(++tries.count)) throw new McpError("E_BUS_UNREACHABLE", "no answer");
    }, 2);
    await outbox.flush(FLUSH_MS);
    assert.equal(await store.undeliveredCount(), 0);
    assert.equal(pauses.length, 13);
    const [first = 0, second = 0, third = 0] = pauses;
    assert.ok(first < second && second < third, pauses.join(" "));
    assert.equal(pauses[10], pauses[11], "the wait stops growing");
    assert.ok((pauses[11] ?? 0) > 15_000 && (pauses[11] ?? 0) < 40_000, pauses.join(" "));
    assert.equal(pauses[12], first, "after a success");
  });

  it("flush resolves when everything is delivered, not before", async () => {
    const answer = deferred<void>();
    const { outbox, store } = await outboxOn(() => answer.promise, 2);
    const state = { flushed: false };
    const flushing = outbox.flush(FLUSH_MS).then(() => {
      state.flushed = true;
    });
    for (let turn = 0; turn < 5; turn++) await nextTurn();
    assert.equal(state.flushed, false);
    answer.resolve();
    await flushing;
    assert.equal(await store.undeliveredCount(), 0);
  });

  it("flush ends after its time", { timeout: 5_000 }, async () => {
    const { outbox, store } = await outboxOn(never, 1, nextTurn);
    await outbox.flush(FLUSH_MS);
    assert.equal(await store.undeliveredCount(), 1);
  });
});
