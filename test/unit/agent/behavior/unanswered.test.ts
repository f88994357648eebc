/** Podman refuses to answer a question about a container that comes up: that says nothing about the container, which stays. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { McpError } from "../../../../src/values/error.ts";
import { component } from "../../../helpers/builders.ts";
import { AgentWorld } from "../../../twin/agent-world.ts";

const refusal = new McpError("E_RUNTIME", "podman inspect: database is locked (HTTP 500)");
const noFailure = (world: AgentWorld) => assert.deepEqual(world.events("deploy-failed"), []);

describe("a question that podman refuses to answer", () => {
  it("does not fail a deploy, whose new container serves", async (t) => {
    const world = new AgentWorld(t);
    await world.start();
    await world.deployed();
    world.runtime.fail("inspect", refusal);
    await world.deployed({ components: [component({ image: "example.net/web:v2" })] });
    noFailure(world);
    assert.equal(world.runtime.calls.create, 4); // each image is pulled after the first try
    assert.deepEqual(world.containers(), ["web-api running"]);
  });

  it("does not remove the container that replaces one that somebody removed", async (t) => {
    const world = new AgentWorld(t);
    await world.start();
    await world.deployed();
    world.runtime.fail("inspect", refusal);
    world.runtime.vanish(world.serving().id);
    await world.reported("web", ({ state }) => state !== "converged");
    await world.reported("web", ({ state }) => state === "converged");
    noFailure(world);
    assert.equal(world.runtime.calls.create, 3);
    assert.equal(world.runtime.calls.remove, 0);
  });

  it("does not stop a container that runs again after the machine was restarted", async (t) => {
    const world = new AgentWorld(t);
    const first = await world.start();
    await world.deployed();
    await world.stop(first);
    world.runtime.powerCut();
    world.runtime.startService();
    await world.store.setFact("machine-boot", "the boot before");
    world.runtime.fail("inspect", refusal);
    await world.start();
    await world.clock.until(() => world.serving().state === "running");
    await world.clock.advance(120_000);
    assert.equal(world.runtime.calls.stop, 0);
    assert.equal(world.bus.report("web")?.state, "converged");
    noFailure(world);
  });
});

describe("a health check that podman cannot run", () => {
  const check = { kind: "cmd", cmd: ["true"] } as const;
  const times = { intervalMs: 5_000, timeoutMs: 2_000, retries: 2, startPeriodMs: 0 };
  const checked = component({ health: { check, ...times, onUnhealthy: "restart" } });

  it("says nothing about the container: nothing is restarted when podman's service was away for a minute", async (t) => {
    const world = new AgentWorld(t);
    await world.start();
    await world.deployed({ components: [checked] });
    world.runtime.killService();
    await world.clock.advance(60_000);
    world.runtime.startService();
    await world.clock.advance(120_000);
    assert.deepEqual([world.runtime.calls.stop, world.serving().starts], [0, 1]);
    assert.deepEqual(world.events("drift-opened"), []);
    assert.equal(world.bus.report("web")?.state, "converged");
  });

  it("still restarts a container whose check fails when podman is back", async (t) => {
    const world = new AgentWorld(t);
    const life = { isSick: false };
    world.runtime.provide(checked.image, { exec: () => (life.isSick ? 1 : 0) });
    await world.start();
    await world.deployed({ components: [checked] });
    world.runtime.killService();
    life.isSick = true;
    await world.clock.advance(60_000);
    world.runtime.startService();
    await world.clock.until(() => world.serving().starts > 1);
  });
});
