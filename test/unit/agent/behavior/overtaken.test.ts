/** A deploy that is overtaken, or that fails after its container is up, leaves something serving. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ANSWER_LOST } from "../../../../src/agent/runtime/runtime.ts";
import { McpError } from "../../../../src/values/error.ts";
import { component } from "../../../helpers/builders.ts";
import { AgentWorld } from "../../../twin/agent-world.ts";

const v = (version: string, own = {}) => component({ image: `example.net/web:${version}`, ...own });

const runningImages = (world: AgentWorld) =>
  [...world.runtime.containers.values()].filter(({ state }) => state === "running").map(({ image }) => image);

/** From now on a stop of this container takes until the gate opens, as for a program that ignores SIGTERM. */
function slowStop(world: AgentWorld, id: string): { open(): void } {
  const gate: { open(): void } = { open: () => undefined };
  const opened = new Promise<void>((resolve) => {
    gate.open = resolve;
  });
  const stop = world.runtime.stop.bind(world.runtime);
  world.runtime.stop = async (stopped, timeoutMs, signal) => {
    if (stopped !== id) return await stop(stopped, timeoutMs, signal);
    const container = world.runtime.containers.get(id);
    if (container?.state === "running") Object.assign(container, { state: "stopping" });
    await new Promise<void>((resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      void opened.then(resolve);
    });
    if (container !== undefined) Object.assign(container, { state: "running" });
    await stop(id, timeoutMs, signal);
  };
  return gate;
}

/** Version 1 is being stopped because version 2 has come up. */
async function secondIsUp(world: AgentWorld) {
  await world.start();
  await world.deployed({ components: [v("v1")] });
  const first = world.serving().id;
  const gate = slowStop(world, first);
  world.deploy({ components: [v("v2")] });
  await world.reported("web", (r) => r.steps.some(({ step, generation }) => step === "remove" && generation === 2));
  return { first, gate };
}

describe("a deploy that arrives while the container before the last is still being stopped", () => {
  it("keeps the healthy one until its own is up", async (t) => {
    const world = new AgentWorld(t);
    const { gate } = await secondIsUp(world);
    const seen: string[][] = [];
    const create = world.runtime.create.bind(world.runtime);
    world.runtime.create = async (request, signal) => {
      seen.push(runningImages(world));
      return await create(request, signal);
    };
    world.deploy({ components: [v("v3", { minUpMs: 5_000 })] });
    await world.reported("web", (r) => r.steps.some(({ step, generation }) => step === "wait" && generation === 3));
    seen.push(runningImages(world));
    assert.ok(seen.length >= 2 && seen.every((images) => images.includes("example.net/web:v2")), JSON.stringify(seen));
    gate.open();
    await world.reported("web", (r) => r.state === "converged" && r.appliedGeneration === 3);
    assert.deepEqual(world.containers(), ["web-api running"]);
    assert.equal(world.serving().image, "example.net/web:v3");
  });

  it("keeps the healthy one when its own does not come up", async (t) => {
    const world = new AgentWorld(t);
    world.runtime.provide("example.net/web:bad", { exitCode: 1 });
    const { gate } = await secondIsUp(world);
    gate.open();
    world.deploy({ components: [v("bad", { restart: { policy: "no" } })] });
    await world.reported("web", (r) => r.failure?.generation === 3);
    await world.clock.advance(60_000);
    assert.deepEqual(runningImages(world), ["example.net/web:v2"]);
    assert.deepEqual(world.containers(), ["web-api running"]);
  });

  it("goes back to the proven one when the last had not come up and had to have it stopped", async (t) => {
    const world = new AgentWorld(t);
    world.runtime.provide("example.net/web:bad", { exitCode: 1 });
    const ports = [{ hostPort: 80, containerPort: 80, protocol: "tcp" }] as const;
    await world.start();
    await world.deployed({ components: [v("v1", { ports })] });
    const first = world.serving().id;
    world.deploy({ components: [v("v2", { ports, minUpMs: 60_000 })] });
    await world.reported("web", (r) => r.steps.some(({ step, generation }) => step === "wait" && generation === 2));
    world.deploy({ components: [v("bad", { ports, restart: { policy: "no" } })] });
    await world.reported("web", (r) => r.failure?.generation === 3);
    await world.clock.advance(60_000);
    assert.deepEqual([world.serving().id, world.containers()], [first, ["web-api running"]]);
  });
});

const REFUSED = new McpError("E_RUNTIME", "device or resource busy");

describe("a deploy whose start is interrupted", () => {
  it("makes another container where podman refuses to start the half-started one, and succeeds", async (t) => {
    for (const ports of [[], [{ hostPort: 80, containerPort: 80, protocol: "tcp" }]] as const) {
      const world = new AgentWorld(t);
      await world.start();
      await world.deployed({ components: [v("v1", { ports })] });
      const start = world.runtime.start.bind(world.runtime);
      const half: { id?: string } = {};
      world.runtime.start = async (id, signal) => {
        if (half.id === id) throw new McpError("E_RUNTIME", "container with given ID already exists");
        if (half.id !== undefined) return await start(id, signal);
        half.id = id;
        throw new McpError("E_RUNTIME", "the connection to podman was lost", { details: ANSWER_LOST });
      };
      world.deploy({ components: [v("v2", { ports })] });
      await world.reported("web", (r) => r.state === "converged" && r.appliedGeneration === 2);
      assert.deepEqual([world.containers(), world.serving().image], [["web-api running"], "example.net/web:v2"]);
      assert.notEqual(world.serving().id, half.id);
      assert.deepEqual(world.events("deploy-failed"), []);
    }
  });

  it("fails where podman refuses to start the other container too", async (t) => {
    const world = new AgentWorld(t);
    await world.start();
    await world.deployed({ components: [v("v1")] });
    const refusals = [new McpError("E_RUNTIME_TIMEOUT", "no answer"), REFUSED, REFUSED];
    for (const refusal of refusals) world.runtime.fail("start", refusal);
    world.deploy({ components: [v("v2")] });
    await world.reported("web", (r) => r.failure?.generation === 2);
    await world.clock.advance(60_000);
    assert.deepEqual([world.containers(), world.serving().image], [["web-api running"], "example.net/web:v1"]);
  });
});

describe("a new container that is up", () => {
  it("is kept when it cannot be renamed, and gets its name later", async (t) => {
    const world = new AgentWorld(t);
    await world.start();
    await world.deployed({ components: [v("v1")] });
    world.runtime.fail("rename", REFUSED, 3);
    world.deploy({ components: [v("v2")] });
    await world.clock.until(() => world.runtime.calls.rename >= 1);
    await world.clock.settle();
    assert.deepEqual(runningImages(world), ["example.net/web:v2"]);
    const report = await world.reported("web", (r) => r.state === "converged" && r.appliedGeneration === 2);
    assert.equal(report.failure, undefined);
    assert.deepEqual([world.containers(), world.serving().starts], [["web-api running"], 1]);
    assert.deepEqual(world.events("deploy-failed"), []);
    assert.equal(world.runtime.calls.rename, 4);
  });

  for (const verb of ["stop", "remove"] as const) {
    it(`is kept when ${verb} of the old one is refused, and the old one goes later`, async (t) => {
      const world = new AgentWorld(t);
      await world.start();
      await world.deployed({ components: [v("v1")] });
      world.runtime.fail(verb, REFUSED, 3);
      world.deploy({ components: [v("v2")] });
      const blocked = await world.reported("web", (r) => r.blocked.length > 0 && r.accepted?.generation === 2);
      assert.match(blocked.blocked[0]?.message ?? "", /device or resource busy/);
      assert.equal(blocked.failure, undefined);
      assert.ok(runningImages(world).includes("example.net/web:v2"));
      await world.reported("web", (r) => r.state === "converged" && r.appliedGeneration === 2);
      assert.deepEqual([world.containers(), world.serving().image], [["web-api running"], "example.net/web:v2"]);
      assert.deepEqual(world.events("deploy-failed"), []);
    });
  }

  it("is not dropped when its health check fails once while it takes over the old one's name", async (t) => {
    const world = new AgentWorld(t);
    const checks = { passing: true };
    world.runtime.provide("example.net/web:v2", { exec: () => (checks.passing ? 0 : 1) });
    const health = {
      ...{ check: { kind: "cmd", cmd: ["check"] }, intervalMs: 1_000, timeoutMs: 1_000, retries: 1, startPeriodMs: 0 },
      onUnhealthy: "report",
    };
    await world.start();
    await world.deployed({ components: [v("v1")] });
    world.runtime.fail("rename", new McpError("E_RUNTIME_TIMEOUT", "no answer"), 1);
    const rename = world.runtime.rename.bind(world.runtime);
    world.runtime.rename = async (id, name, signal) => {
      checks.passing = false;
      await rename(id, name, signal);
    };
    world.deploy({ components: [v("v2", { health })] });
    await world.clock.advance(120_000);
    assert.deepEqual(runningImages(world), ["example.net/web:v2"]);
    assert.deepEqual([world.containers(), world.events("deploy-failed")], [["web-api running"], []]);
  });

  it("waits for a container that cannot be stopped to make room, and nothing is lost", async (t) => {
    const world = new AgentWorld(t);
    const ports = [{ hostPort: 80, containerPort: 80, protocol: "tcp" }] as const;
    await world.start();
    await world.deployed({ components: [v("v1", { ports })] });
    world.runtime.fail("stop", REFUSED, 2);
    world.deploy({ components: [v("v2", { ports })] });
    const blocked = await world.reported("web", (r) => r.blocked.length > 0 && r.accepted?.generation === 2);
    assert.equal(blocked.failure, undefined);
    assert.deepEqual(runningImages(world), ["example.net/web:v1"]);
    await world.reported("web", (r) => r.state === "converged" && r.appliedGeneration === 2);
    assert.deepEqual([world.containers(), world.serving().image], [["web-api running"], "example.net/web:v2"]);
  });
});
