/** Failed health checks do not count in the start period: while a new version comes up, and after every later start. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { component } from "../../../helpers/builders.ts";
import type { Scope } from "../../../helpers/scope.ts";
import { AgentWorld } from "../../../twin/agent-world.ts";

const START_PERIOD_MS = 60_000;
const check = { kind: "cmd", cmd: ["healthy?"] } as const;
const times = { intervalMs: 1_000, timeoutMs: 1_000, retries: 1, startPeriodMs: START_PERIOD_MS };
const slow = component({ image: "example.net/web:slow", health: { check, ...times, onUnhealthy: "restart" } });

/** Every container of `slow` is healthy this long after its start. */
async function worldOf(t: Scope, readyMs: number): Promise<AgentWorld> {
  const world = new AgentWorld(t);
  const isReady = () => world.clock.now() - (world.container()?.startedAtMs ?? 0) >= readyMs;
  world.runtime.provide(slow.image, { exec: () => (isReady() ? 0 : 1) });
  await world.start();
  world.deploy({ components: [slow] });
  return world;
}

describe("a component with a start period", () => {
  it("comes up although its checks fail for most of it", async (t) => {
    const world = await worldOf(t, START_PERIOD_MS - 10_000);
    await world.reported("web", ({ state }) => state === "converged");
    assert.deepEqual([world.serving().starts, world.events("deploy-failed").length], [1, 0]);
  });

  it("does not come up when they fail for much longer", async (t) => {
    const world = await worldOf(t, START_PERIOD_MS * 2);
    await world.reported("web", ({ failure }) => failure !== undefined);
  });

  it("is not unhealthy during it after a crash either, and not restarted for that", async (t) => {
    const world = await worldOf(t, START_PERIOD_MS - 10_000);
    await world.reported("web", ({ state }) => state === "converged");
    world.runtime.crash(world.serving().id, 1);
    const { starts } = world.serving();
    await world.clock.advance(START_PERIOD_MS + 30_000);
    assert.equal(world.serving().starts, starts);
    const unhealthy = world.events("drift-opened").filter(({ data }) => data?.["drift"] === "unhealthy");
    assert.deepEqual(unhealthy, []);
  });
});
