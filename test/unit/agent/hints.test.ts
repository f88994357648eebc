/** Deaths of containers: who is told, and which are our own doing. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createExpectedExits } from "../../../src/agent/reconcile/execute/expected-exits.ts";
import type { RuntimeEvent } from "../../../src/agent/runtime/runtime.ts";
import { createExitWaiters } from "../../../src/agent/watch/exit-waiters.ts";
import { FakeClock } from "../../twin/fake-clock.ts";

const died = (containerId: string, atMs: number, exitCode?: number): RuntimeEvent => ({
  ...{ kind: "died", containerId, containerName: "web", labels: {}, atMs },
  ...(exitCode === undefined ? {} : { exitCode }),
});

describe("a death", () => {
  it("is told to who waits for that container, with its exit code", async () => {
    const hints = createExitWaiters();
    const waiting = new AbortController();
    const death = hints.died("a", waiting.signal);
    hints.publish(died("b", 0, 1));
    hints.publish({ ...died("a", 0, 2), kind: "started" });
    hints.publish(died("a", 0, 7));
    assert.equal(await death, 7);
  });

  it("that never comes is waited for until the signal", async () => {
    const hints = createExitWaiters();
    const waiting = new AbortController();
    const death = hints.died("a", waiting.signal);
    waiting.abort();
    assert.equal(await death, undefined);
    assert.equal(await hints.died("a", waiting.signal), undefined);
  });
});

describe("a death of our own doing", () => {
  it("is one that happened while we stopped the container, however late it is told", async () => {
    const clock = new FakeClock();
    const stops = createExpectedExits(clock);
    const at = clock.now();
    await stops.during("a", async () => {
      assert.equal(stops.isExpected(died("a", at)), true);
      await clock.advance(1_000);
    });
    await clock.advance(5_000);
    assert.equal(stops.isExpected(died("a", at + 1_000)), true);
    assert.equal(stops.isExpected(died("a", at + 1_001)), false);
    assert.equal(stops.isExpected(died("b", at)), false);
  });

  it("is so too when stopping it failed", async () => {
    const stops = createExpectedExits(new FakeClock(5));
    await assert.rejects(stops.during("a", () => Promise.reject(new Error("no"))));
    assert.equal(stops.isExpected(died("a", 5)), true);
  });
});
