/** What an agent does with a new generation. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { McpError } from "../../../../src/values/error.ts";
import { component } from "../../../helpers/builders.ts";
import { AgentWorld } from "../../../twin/agent-world.ts";

const v2 = { image: "example.net/web:v2" };

const NO_KEY = new McpError("E_RUNTIME", "podman start: no kernel key left");

describe("a deploy", () => {
  it("brings a service up and says so once", async (t) => {
    const world = new AgentWorld(t);
    await world.start();
    const report = await world.deployed();
    assert.deepEqual(world.containers(), ["web-api running"]);
    assert.deepEqual(
      report.components.map((c) => [c.name, c.state, c.generation]),
      [["api", "running", 1]],
    );
    assert.equal(report.appliedGeneration, 1);
    const kinds = world.events().map((e) => e.kind);
    assert.deepEqual(kinds, ["agent-started", "desired-accepted", "deploy-succeeded"]);
  });

  it("of two generations at once carries out the newest only", async (t) => {
    const world = new AgentWorld(t);
    world.deploy();
    world.deploy({ components: [component(v2)] });
    await world.start();
    await world.reported("web", (r) => r.state === "converged" && r.accepted?.generation === 2);
    assert.equal(world.runtime.calls.create, 1 + 1, "one try before the pull and one after");
    assert.equal(world.serving().image, v2.image);
  });

  it("replaces only the component that changed", async (t) => {
    const world = new AgentWorld(t);
    await world.start();
    const db = component({ name: "db" });
    await world.deployed({ components: [db, component()] });
    const [kept, old] = [world.serving("db").id, world.serving("api").id];
    await world.deployed({ components: [db, component(v2)] });
    assert.equal(world.serving("db").id, kept);
    assert.notEqual(world.serving("api").id, old);
    assert.deepEqual(world.containers(), ["web-api running", "web-db running"]);
  });

  it("touches nothing when only waiting, order or health changed", async (t) => {
    const world = new AgentWorld(t);
    await world.start();
    await world.deployed();
    const { id } = world.serving();
    await world.deployed({ components: [component({ minUpMs: 5_000, stopTimeoutMs: 10_000 })] });
    assert.equal(world.serving().id, id);
    assert.equal(world.serving().starts, 1);
  });

  it("removes the component that the newer generation no longer names", async (t) => {
    const world = new AgentWorld(t);
    await world.start();
    await world.deployed({ components: [component(), component({ name: "db" })] });
    await world.deployed();
    assert.deepEqual(world.containers(), ["web-api running"]);
  });

  it("keeps the old container serving when the new one ends at once", async (t) => {
    const world = new AgentWorld(t);
    world.runtime.provide("example.net/web:bad", { exitCode: 3, lines: ["no such table"] });
    await world.start();
    await world.deployed();
    const { id } = world.serving();
    world.deploy({ components: [component({ image: "example.net/web:bad", restart: { policy: "no" } })] });
    const report = await world.reported("web", (r) => r.state === "degraded" && r.accepted?.generation === 2);
    assert.equal(world.serving().id, id);
    assert.equal(world.serving().starts, 1, "it served all the time");
    assert.deepEqual(world.containers(), ["web-api running"]);
    const { exitCode, lines, previousServing, code } = report.failure ?? {};
    assert.deepEqual([exitCode, lines, previousServing, code], [3, ["no such table"], true, "E_NODE_FAILED"]);
    assert.deepEqual(
      world.events("deploy-failed").map((e) => [e.generation, e.component]),
      [[2, "api"]],
    );
    assert.equal(report.appliedGeneration, 1);
  });

  it("that failed is not tried again while the old container serves", async (t) => {
    const world = new AgentWorld(t);
    world.runtime.provide("example.net/web:bad", { exitCode: 3 });
    await world.start();
    await world.deployed();
    world.deploy({ components: [component({ image: "example.net/web:bad" })] });
    await world.reported("web", (r) => r.failure !== undefined);
    const creates = world.runtime.calls.create;
    await world.clock.advance(3_600_000);
    assert.equal(world.runtime.calls.create, creates);
    assert.equal(world.events("deploy-failed").length, 1);
  });

  it("that crash-loops under a restart policy fails although it looks running", async (t) => {
    const world = new AgentWorld(t);
    world.runtime.provide("example.net/web:bad", { exitCode: 1 });
    await world.start();
    await world.deployed();
    world.deploy({
      components: [component({ image: "example.net/web:bad", minUpMs: 10_000, restart: { policy: "always" } })],
    });
    const report = await world.reported("web", (r) => r.failure !== undefined && r.state === "degraded");
    assert.match(report.failure?.message ?? "", /keeps restarting/);
    assert.equal(world.serving().image, "example.net/web:v1");
  });

  it("puts the old container back when it had to be stopped, whatever its restart policy", async (t) => {
    for (const policy of ["unless-stopped", "no"] as const) {
      const world = new AgentWorld(t);
      world.runtime.provide("example.net/web:bad", { exitCode: 3 });
      await world.start();
      const ports = [{ hostPort: 80, containerPort: 80, protocol: "tcp" }] as const;
      await world.deployed({ components: [component({ ports, restart: { policy } })] });
      const { id } = world.serving();
      world.deploy({ components: [component({ ports, image: "example.net/web:bad", restart: { policy: "no" } })] });
      const report = await world.reported("web", (r) => r.failure !== undefined);
      assert.equal(report.failure?.previousServing, true, policy);
      assert.deepEqual([world.serving().id, world.serving().state], [id, "running"], policy);
    }
  });

  it("leaves the old container alone when the node has no room for one more beside it", async (t) => {
    const world = new AgentWorld(t);
    await world.start();
    await world.deployed();
    const { id } = world.serving();
    world.runtime.fail("start", NO_KEY);
    world.deploy({ components: [component({ image: "example.net/web:v2" })] });
    const report = await world.reported("web", (r) => r.failure !== undefined && r.state === "degraded");
    assert.deepEqual([report.failure?.message, report.failure?.previousServing], [NO_KEY.message, true]);
    assert.deepEqual([world.serving().id, world.serving().starts, world.containers().length], [id, 1, 1]);
  });

  it("brings the old container back as soon as it may where the node refused the new one and it too", async (t) => {
    const world = new AgentWorld(t);
    await world.start();
    const ports = [{ hostPort: 80, containerPort: 80, protocol: "tcp" }] as const;
    await world.deployed({ components: [component({ ports })] });
    const { id } = world.serving();
    world.runtime.fail("start", NO_KEY, 10);
    world.deploy({ components: [component({ ports, image: "example.net/web:v2" })] });
    const report = await world.reported("web", (r) => r.failure !== undefined);
    assert.equal(report.failure?.previousServing, false);
    await world.clock.advance(3_600_000);
    assert.deepEqual([world.serving().id, world.serving().state], [id, "running"]);
    assert.equal(world.events("drift-fight").length, 0);
  });

  it("never stops the old container when the image cannot be pulled", async (t) => {
    const world = new AgentWorld(t);
    await world.start();
    const ports = [{ hostPort: 80, containerPort: 80, protocol: "tcp" }] as const;
    await world.deployed({ components: [component({ ports })] });
    const stops = world.runtime.calls.stop;
    world.deploy({ components: [component({ ports, image: "example.net/web:nowhere" })] });
    const report = await world.reported("web", (r) => r.failure !== undefined);
    assert.equal(report.failure?.code, "E_IMAGE");
    assert.equal(world.runtime.calls.stop, stops);
    assert.equal(world.serving().starts, 1);
  });

  it("is tried again with growing delays when nothing serves, until it comes up", async (t) => {
    const world = new AgentWorld(t);
    await world.start();
    world.deploy({ components: [component({ image: "example.net/web:late" })] });
    await world.reported("web", (r) => r.failure?.code === "E_IMAGE");
    await world.clock.advance(60_000);
    const early = world.events("deploy-failed").length;
    assert.ok(early >= 2 && early <= 5, `${early} tries within a minute`);
    world.runtime.provide("example.net/web:late");
    const report = await world.reported("web", (r) => r.state === "converged");
    assert.equal(report.failure, undefined);
    assert.equal(report.appliedGeneration, 1);
    assert.equal(world.events("deploy-succeeded").length, 1);
  });

  it("that failed is over as soon as a newer generation comes, without waiting for its delay", async (t) => {
    const world = new AgentWorld(t);
    await world.start();
    world.deploy({ components: [component({ image: "example.net/web:nowhere" })] });
    await world.reported("web", (r) => r.failure !== undefined);
    const at = world.clock.now();
    const report = await world.deployed();
    assert.ok(world.clock.now() - at < 1_000);
    assert.equal(report.failure, undefined);
  });

  it("gives a long line of a container's log no room to stop the events behind it", async (t) => {
    const world = new AgentWorld(t);
    world.runtime.provide("example.net/web:bad", { exitCode: 1, lines: ["x".repeat(1_000_000)] });
    await world.start();
    world.deploy({ components: [component({ image: "example.net/web:bad", restart: { policy: "no" } })] });
    const [event] = await world.clock.until(
      () => world.events("deploy-failed").length > 0 && world.events("deploy-failed"),
    );
    assert.ok(JSON.stringify(event).length < 100_000);
  });
});

describe("a newer generation", () => {
  it("in the middle of a rollout is taken at once", async (t) => {
    const world = new AgentWorld(t);
    await world.start();
    world.deploy({ components: [component({ minUpMs: 60_000 })] });
    await world.reported("web", (r) => r.steps.some((s) => s.step === "wait"));
    const at = world.clock.now();
    await world.deployed({ components: [component(v2)] });
    assert.ok(world.clock.now() - at < 1_000);
    assert.deepEqual(world.containers(), ["web-api running"]);
    assert.equal(world.events("deploy-failed").length, 0);
  });

  it("keeps what the broken-off rollout had brought up serving until it is replaced", async (t) => {
    const world = new AgentWorld(t);
    await world.start();
    const slow = component({ name: "slow", minUpMs: 60_000, dependsOn: ["api"] });
    await world.deployed({ components: [component()] });
    world.deploy({ components: [component(v2), slow] });
    await world.reported("web", (r) => r.steps.some((s) => s.step === "wait" && s.component === "slow"));
    const second = world.serving("api").id;
    assert.equal(world.serving("api").image, v2.image);
    world.deploy({ components: [component({ image: "example.net/web:nowhere" })] });
    await world.reported("web", (r) => r.failure !== undefined);
    assert.equal(world.serving("api").id, second, "the second version serves while the third fails");
    assert.equal(world.serving("api").starts, 1);
  });

  it("taken while an old one fails is not held back by that", async (t) => {
    const world = new AgentWorld(t);
    world.runtime.provide("example.net/web:bad", { exitCode: 1 });
    await world.start();
    const gate: { release: () => void } = { release: () => undefined };
    const held = new Promise<void>((resolve) => {
      gate.release = resolve;
    });
    const original = world.runtime.remove.bind(world.runtime);
    world.runtime.remove = async (id, signal) => {
      await held;
      await original(id, AbortSignal.any([signal]));
    };
    world.deploy({ components: [component({ image: "example.net/web:bad", restart: { policy: "no" } })] });
    await world.clock.until(() => world.runtime.calls.logs > 0);
    world.deploy();
    await world.clock.settle();
    gate.release();
    const at = world.clock.now();
    await world.reported("web", (r) => r.state === "converged" && r.accepted?.generation === 2);
    assert.ok(world.clock.now() - at < 5_000);
  });
});

describe("stopping and starting", () => {
  it("stops, keeps the container, and starts the same one again", async (t) => {
    const world = new AgentWorld(t);
    await world.start();
    await world.deployed();
    const { id } = world.serving();
    await world.deployed({ active: false }, "stopped");
    assert.deepEqual(world.containers(), ["web-api exited"]);
    await world.deployed();
    assert.deepEqual([world.serving().id, world.serving().state], [id, "running"]);
    assert.equal(world.events("drift-opened").length, 0);
  });

  it("starts a service again whose restart policy would leave it ended", async (t) => {
    for (const policy of ["no", "on-failure"] as const) {
      const world = new AgentWorld(t);
      await world.start();
      const components = [component({ restart: { policy } })];
      await world.deployed({ components });
      await world.deployed({ components, active: false }, "stopped");
      await world.deployed({ components });
      assert.deepEqual(world.containers(), ["web-api running"], policy);
    }
  });

  it("is no success when the container ends as soon as it is started", async (t) => {
    const world = new AgentWorld(t);
    await world.start();
    await world.deployed({ components: [component({ minUpMs: 1_000 })] });
    await world.deployed({ components: [component({ minUpMs: 1_000 })], active: false }, "stopped");
    Object.assign(world.serving().behavior, { exitCode: 1 });
    const before = world.events("deploy-succeeded").length;
    const starts = world.runtime.calls.start;
    world.deploy({ components: [component({ minUpMs: 1_000 })] });
    const report = await world.reported("web", (r) => r.failure !== undefined);
    assert.equal(report.failure?.previousServing, false);
    await world.clock.advance(60_000);
    assert.equal(world.events("deploy-succeeded").length, before);
    const tries = world.runtime.calls.start - starts;
    assert.ok(tries >= 2 && tries <= 5, `${tries} tries in a minute, with delays`);
  });

  it("removes everything of a retired service, and nothing else", async (t) => {
    const world = new AgentWorld(t);
    world.runtime.addForeign("other");
    await world.start();
    await world.deployed({ components: [component(), component({ name: "db" })] });
    world.undeploy();
    await world.reported("web", (r) => r.state === "removed" && r.appliedGeneration === 2);
    assert.deepEqual(world.containers(), ["other running"]);
    assert.equal(world.events("service-removed").length, 1);
  });

  it("tries to remove a container that cannot be removed again, with delays", async (t) => {
    const world = new AgentWorld(t);
    await world.start();
    await world.deployed();
    world.runtime.fail("remove", new McpError("E_RUNTIME", "device or resource busy"), 3);
    world.undeploy();
    await world.reported("web", (r) => r.state === "removed" && r.appliedGeneration === 2);
    assert.equal(world.runtime.calls.remove, 4);
  });
});

describe("dependencies", () => {
  it("hold back everything above a component that does not come up", async (t) => {
    const world = new AgentWorld(t);
    world.runtime.provide("example.net/web:bad", { exitCode: 1 });
    await world.start();
    const db = component({ name: "db", image: "example.net/web:bad", restart: { policy: "no" } });
    const top = component({ name: "top", dependsOn: ["api"] });
    world.deploy({ components: [top, component({ dependsOn: ["db"] }), db] });
    const report = await world.reported("web", (r) => r.failure !== undefined && r.blocked.length > 1);
    assert.deepEqual(world.containers(), []);
    assert.deepEqual(report.blocked.map((b) => b.component).sort(), ["api", "db", "top"]);
  });
});
