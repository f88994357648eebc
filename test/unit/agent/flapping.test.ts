/** A component that ends again and again: told once with a count, while its single ends are kept quiet. */
import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { QUIET_MS, suppressFlapping } from "../../../src/agent/reconcile/record/suppress-flapping.ts";
import type { OpenDrift } from "../../../src/schemas/service/drift.ts";
import { component, NOW_MS } from "../../helpers/builders.ts";
import { AgentWorld } from "../../twin/agent-world.ts";

async function deployed(t: TestContext): Promise<AgentWorld> {
  const world = new AgentWorld(t);
  await world.start();
  await world.deployed();
  await world.clock.advance(5_000);
  return world;
}

async function crash(world: AgentWorld, times: number, everyMs = 2_000): Promise<void> {
  for (let n = 0; n < times; n++) {
    world.runtime.crash(world.serving().id, 1);
    await world.clock.advance(everyMs);
  }
}

const counts = (world: AgentWorld) => ({
  opened: world.events("drift-opened").length,
  closed: world.events("drift-closed").length,
  flapping: world.events("flapping").length,
});

describe("a component that ends again and again", () => {
  it("is reported once with a count, and then no single end", async (t) => {
    const world = await deployed(t);
    await crash(world, 40);
    assert.deepEqual(counts(world), { opened: 4, closed: 4, flapping: 1 });
    const [flapping] = world.events("flapping");
    assert.deepEqual([flapping?.component, flapping?.data], ["api", { deaths: 5 }]);
  });

  it("is not reported again while it continues for hours, however slowly", async (t) => {
    const world = await deployed(t);
    await crash(world, 5);
    await crash(world, 30, 6 * 60_000);
    assert.deepEqual(counts(world), { opened: 4, closed: 4, flapping: 1 });
  });

  it("is shown as it is meanwhile", async (t) => {
    const world = await deployed(t);
    for (let n = 0; n < 5; n++) {
      await world.reported("web", ({ state }) => state === "converged");
      await world.clock.advance(20);
      world.runtime.halt(world.serving().id);
      await world.clock.settle();
    }
    const down = await world.reported("web", ({ drift }) => drift.some(({ kind }) => kind === "not-running"));
    assert.equal(down.components[0]?.state, "exited");
    const back = await world.reported("web", ({ state }) => state === "converged");
    assert.deepEqual(back.drift, []);
    assert.deepEqual(counts(world), { opened: 4, closed: 4, flapping: 1 });
  });

  it("is reported as before once it was quiet", async (t) => {
    const world = await deployed(t);
    await crash(world, 10);
    await world.clock.advance(QUIET_MS + 120_000);
    assert.equal((await world.row())?.memory.flapping, undefined);
    await crash(world, 1);
    assert.deepEqual(counts(world), { opened: 5, closed: 5, flapping: 1 });
    await crash(world, 10);
    assert.equal(counts(world).flapping, 2);
  });

  it("is reported as before in a new generation", async (t) => {
    const world = await deployed(t);
    await crash(world, 10);
    await world.deployed({ components: [component({ env: { A: "1" } })] });
    await world.clock.advance(6 * 60_000);
    await crash(world, 1);
    assert.deepEqual(counts(world), { opened: 5, closed: 5, flapping: 1 });
  });

  it("stays known over a restart of the agent", async (t) => {
    const world = new AgentWorld(t);
    const agent = await world.start();
    await world.deployed();
    await world.clock.advance(5_000);
    await crash(world, 10);
    await agent.stop();
    await world.start();
    await world.clock.advance(5_000);
    await crash(world, 10);
    assert.deepEqual(counts(world), { opened: 4, closed: 4, flapping: 1 });
  });

  it("keeps nothing back of other components", async (t) => {
    const world = new AgentWorld(t);
    await world.start();
    await world.deployed({ components: [component(), component({ name: "worker" })] });
    await world.clock.advance(5_000);
    await crash(world, 10);
    world.runtime.crash(world.serving("worker").id, 1);
    await world.clock.advance(2_000);
    assert.deepEqual(
      world
        .events("drift-opened", "drift-closed")
        .slice(-2)
        .map((event) => [event.kind, event.component]),
      [
        ["drift-opened", "worker"],
        ["drift-closed", "worker"],
      ],
    );
  });
});

describe("what was told before it flapped", () => {
  const down = (containerName = "web-api"): OpenDrift => ({
    kind: "not-running",
    component: "api",
    containerName,
    differences: [],
    since: "2026-01-01T00:00:00.000Z",
    repairs: 0,
  });
  const other: OpenDrift = { ...down(), kind: "unhealthy" };
  const none = { open: [], opened: [], closed: [] };
  const flap = { generation: 3, quietAtMs: NOW_MS + QUIET_MS };
  const now = { nowMs: NOW_MS, generation: 3 };
  const quiet = { ...now, nowMs: NOW_MS + QUIET_MS };

  it("is left as it is while it flaps", () => {
    const flapping = { api: { ...flap, told: down() } };
    const told = suppressFlapping(flapping, { ...none, closed: [down(), other] }, now);
    assert.deepEqual([told.opened, told.closed], [[], [other]]);
    assert.equal(told.flapping, flapping);
  });

  it("is closed once it is quiet and no longer so", () => {
    const told = suppressFlapping({ api: { ...flap, told: down() } }, none, quiet);
    assert.deepEqual(told, { opened: [], closed: [down()], flapping: undefined });
  });

  it("stays open when it is so still", () => {
    const told = suppressFlapping({ api: { ...flap, told: down() } }, { ...none, open: [down()] }, quiet);
    assert.deepEqual([told.opened, told.closed], [[], []]);
  });

  it("is completed: open drift that was never reported is reported when it is quiet", () => {
    const told = suppressFlapping({ api: flap }, { open: [down()], opened: [down()], closed: [] }, quiet);
    assert.deepEqual([told.opened, told.closed], [[down()], []]);
  });

  it("is closed by its own name when the container has another one now", () => {
    const told = suppressFlapping({ api: { ...flap, told: down("old") } }, { ...none, open: [down()] }, quiet);
    assert.deepEqual([told.opened, told.closed], [[down()], [down("old")]]);
  });

  it("is over with a newer generation, and when the clock was set back", () => {
    assert.equal(suppressFlapping({ api: flap }, none, { ...now, generation: 4 }).flapping, undefined);
    assert.equal(suppressFlapping({ api: flap }, none, { ...now, nowMs: NOW_MS - 1 }).flapping, undefined);
  });

  it("is kept for those that still flap", () => {
    const other = { ...flap, quietAtMs: flap.quietAtMs + 1 };
    assert.deepEqual(suppressFlapping({ api: flap, worker: other }, none, quiet).flapping, { worker: other });
  });
});
