/** Passes side by side, up to a number, without those that only wait. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import fc from "fast-check";
import { ConcurrencySlots, type Slot } from "../../../../src/agent/reconcile/model/concurrency-slots.ts";

describe("turns", () => {
  it("never have more at work than there are places, and all come to their end", async () => {
    const step = fc.array(fc.array(fc.constantFrom("work", "wait", "waits"), { maxLength: 4 }), { maxLength: 12 });
    const property = fc.asyncProperty(fc.integer({ min: 1, max: 3 }), step, async (places, passes) => {
      const turns = new ConcurrencySlots(places);
      const seen = { working: 0, most: 0, done: 0 };
      const work = async () => {
        seen.working += 1;
        seen.most = Math.max(seen.most, seen.working);
        await Promise.resolve();
        seen.working -= 1;
      };
      const acts: Record<string, (place: Slot) => Promise<unknown>> = {
        work,
        wait: ({ releaseWhile }) => releaseWhile(() => turn()),
        waits: ({ releaseWhile }) => Promise.all([releaseWhile(() => turn()), releaseWhile(() => Promise.resolve())]),
      };
      const pass = async (place: Slot, names: readonly string[]) => {
        for (const name of names) await acts[name]?.(place);
        seen.done += 1;
      };
      await Promise.all(passes.map((names) => turns.run((place) => pass(place, names))));
      assert.ok(seen.most <= places, `${seen.most} at work in ${places} places`);
      assert.equal(seen.done, passes.length);
    });
    await fc.assert(property, { numRuns: 500 });
  });

  it("give the place of one that waits to another, and a place is free again after a failure", async () => {
    const turns = new ConcurrencySlots(1);
    const gate: { open?: () => void } = {};
    const waiting = turns.run(({ releaseWhile }) =>
      releaseWhile(() => new Promise<void>((resolve) => (gate.open = resolve))),
    );
    assert.equal(await turns.run(async () => "in between"), "in between");
    await assert.rejects(turns.run(() => Promise.reject(new Error("no"))));
    await assert.rejects(turns.run(({ releaseWhile }) => releaseWhile(() => Promise.reject(new Error("no")))));
    gate.open?.();
    await waiting;
    assert.equal(await turns.run(async () => "after"), "after");
  });
});

describe("a slot", () => {
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

  it("goes to those who wait in the order in which they came", async () => {
    const slots = new ConcurrencySlots(1);
    const order: number[] = [];
    const work = (n: number) => async () => {
      await turn();
      order.push(n);
    };
    await Promise.all([1, 2, 3, 4].map((n) => slots.run(work(n))));
    assert.deepEqual(order, [1, 2, 3, 4]);
  });

  it("is taken again after a wait: never more at work than there are slots", async () => {
    const slots = new ConcurrencySlots(1);
    const state = { working: 0, most: 0 };
    const busy = async () => {
      state.most = Math.max(state.most, ++state.working);
      await turn();
      state.working -= 1;
    };
    const pass = () =>
      slots.run(async (slot) => {
        await busy();
        await slot.releaseWhile(turn);
        await busy();
      });
    await Promise.all([pass(), pass(), pass()]);
    assert.equal(state.most, 1);
  });
});
