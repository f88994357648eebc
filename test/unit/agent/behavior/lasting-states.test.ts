/** Containers that podman calls running although nothing runs, or that stay in a state which should soon be over. */
import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { AgentWorld } from "../../../twin/agent-world.ts";

const SWEEP_MS = 73_000;

async function deployed(t: TestContext, drift: "repair" | "report" = "repair"): Promise<AgentWorld> {
  const world = new AgentWorld(t);
  await world.start();
  await world.deployed({ drift });
  await world.clock.advance(5_000);
  return world;
}

/** Its conmon is killed and then its process: podman goes on saying "running". */
function lose(world: AgentWorld): string {
  const { id } = world.serving();
  world.runtime.killConmon(id);
  world.runtime.crash(id, 137);
  return id;
}

const told = (world: AgentWorld) => world.events("drift-opened", "drift-closed").map(({ message }) => message);

describe("a container whose process is gone although podman calls it running", () => {
  it("is drift within a sweep, and made again", async (t) => {
    const world = await deployed(t);
    const id = lose(world);
    await world.clock.until(() => world.events("drift-opened").length > 0, { withinMs: SWEEP_MS });
    assert.match(
      told(world)[0] ?? "",
      /web-api: not-running \(state: want running, have running, but its process is gone\)/,
    );
    await world.reported("web", (r) => r.state === "converged" && r.drift.length === 0);
    assert.notEqual(world.serving().id, id);
    assert.deepEqual(told(world).slice(1).toSorted(), [
      "web-api: missing",
      "web-api: no longer missing",
      "web-api: not-running has become missing",
    ]);
  });

  it("is reported as it is, and left, with drift = report", async (t) => {
    const world = await deployed(t, "report");
    const id = lose(world);
    const report = await world.reported("web", (r) => r.state === "degraded");
    assert.equal(report.components[0]?.state, "unknown");
    await world.clock.advance(600_000);
    assert.equal(world.serving().id, id);
  });

  it("does not keep its service from being stopped", async (t) => {
    const world = await deployed(t);
    lose(world);
    await world.deployed({ active: false }, "stopped");
    assert.ok(world.runtime.calls.stop < 12, `${world.runtime.calls.stop} stops`);
  });
});

describe("a container that stays in a state which should soon be over", () => {
  for (const state of ["stopping", "unknown"] as const) {
    it(`(${state}) is left for its stop time-out and twenty seconds, then removed and made again`, async (t) => {
      const world = await deployed(t);
      const { id } = world.serving();
      world.runtime.become(id, state);
      const { start } = world.runtime.calls;
      await world.clock.until(() => world.events("drift-opened").length > 0, { withinMs: SWEEP_MS });
      await world.clock.advance(25_000);
      assert.deepEqual([world.serving().id, world.runtime.calls.start], [id, start]);
      await world.reported("web", (r) => r.state === "converged" && world.container()?.state === "running");
      assert.notEqual(world.serving().id, id);
      assert.deepEqual(world.events("drift-fight", "deploy-failed"), []);
    });
  }

  it("whose stop has no effect is not stopped hundreds of times", async (t) => {
    const world = await deployed(t);
    world.runtime.killConmon(world.serving().id);
    world.deploy({ active: false });
    await world.clock.advance(20_000);
    assert.ok(world.runtime.calls.stop <= 8, `${world.runtime.calls.stop} stops in 20 s`);
    await world.reported("web", (r) => r.state === "stopped");
    await world.deployed();
    assert.equal(world.serving().state, "running");
  });

  it("is a container being stopped by somebody: started when that is done, without errors before", async (t) => {
    const world = await deployed(t);
    const { id } = world.serving();
    world.runtime.become(id, "stopping");
    await world.clock.advance(SWEEP_MS - 60_000);
    world.runtime.halt(id);
    await world.reported("web", (r) => r.state === "converged" && world.serving().state === "running");
    assert.equal(world.serving().id, id);
  });
});

describe("a paused container", () => {
  it("is a separate kind of drift, and is resumed: it is not started again", async (t) => {
    const world = await deployed(t);
    const { id, starts } = world.serving();
    world.runtime.become(id, "paused");
    await world.clock.until(() => world.events("drift-opened").length > 0, { withinMs: SWEEP_MS });
    assert.match(told(world)[0] ?? "", /want running, have paused/);
    await world.reported("web", (r) => r.state === "converged");
    assert.deepEqual([world.serving().id, world.serving().starts, world.serving().state], [id, starts, "running"]);
  });

  it("is stopped with its service", async (t) => {
    const world = await deployed(t);
    world.runtime.become(world.serving().id, "paused");
    await world.deployed({ active: false }, "stopped");
    assert.equal(world.serving().state, "exited");
  });
});

describe("an action that podman answers with success and that changes nothing", () => {
  it("is tried again with growing delays, also when every try wakes the service", async (t) => {
    const world = await deployed(t);
    world.runtime.halt(world.serving().id);
    await world.clock.settle();
    const { start } = world.runtime.calls;
    const real = world.runtime.start.bind(world.runtime);
    world.runtime.start = async () => void (world.runtime.calls as { start: number }).start++;
    await world.clock.advance(60_000);
    assert.ok(world.runtime.calls.start - start <= 8, `${world.runtime.calls.start - start} starts in a minute`);
    const blocked = world.bus.report("web")?.blocked[0];
    assert.equal(blocked?.reason, "backoff");
    assert.match(blocked?.message ?? "", /podman reported success for start/);
    world.runtime.start = real;
    await world.reported("web", (r) => r.state === "converged");
    assert.deepEqual(world.events("drift-fight"), []);
  });
});
