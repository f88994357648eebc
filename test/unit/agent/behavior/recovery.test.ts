/** What an agent does when it is started: after a reboot, on an empty runtime, as somebody else. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { hasCode, McpError } from "../../../../src/values/error.ts";
import { component, NODE } from "../../../helpers/builders.ts";
import { AgentWorld } from "../../../twin/agent-world.ts";

const three = ["a", "b", "c"];

/** A world with three services of two components each, whose agent has been stopped. */
async function notRunning(t: { after(end: () => Promise<void>): void }) {
  const world = new AgentWorld(t);
  const agent = await world.start();
  for (const name of three) {
    await world.deployed({ name, components: [component({ name: "db" }), component({ dependsOn: ["db"] })] });
  }
  await world.stop(agent);
  return { world, told: world.bus.events.length };
}

const isBack = (world: AgentWorld) =>
  world.runtime.containers.size === 6 && [...world.runtime.containers.values()].every((c) => c.state === "running");

async function reboot(world: AgentWorld): Promise<void> {
  for (const { id } of world.runtime.containers.values()) world.runtime.halt(id);
  await world.store.setFact("machine-boot", "another boot");
}

describe("an agent that is started", () => {
  it("on everything as it was does nothing", async (t) => {
    const { world, told } = await notRunning(t);
    const before = { ...world.runtime.calls };
    const { ready } = await world.start();
    await ready;
    await world.clock.advance(120_000);
    for (const verb of ["create", "start", "stop", "remove", "rename", "pull"] as const) {
      assert.equal(world.runtime.calls[verb], before[verb], verb);
    }
    assert.deepEqual(
      world.bus.events.slice(told).map((e) => e.kind),
      ["agent-started"],
    );
  });

  it("after a reboot starts everything, in order, and calls nothing drift", async (t) => {
    const { world, told } = await notRunning(t);
    await reboot(world);
    await world.start();
    await world.clock.until(() => isBack(world));
    await world.clock.advance(120_000);
    assert.deepEqual(
      world.bus.events.slice(told).map((e) => e.kind),
      ["agent-started"],
    );
    for (const name of three) assert.equal(world.serving("db", name).starts, 2);
  });

  it("after a reboot, with a podman that answers late, still calls nothing drift", async (t) => {
    const { world, told } = await notRunning(t);
    await reboot(world);
    world.runtime.fail("list", new McpError("E_RUNTIME_UNREACHABLE", "not yet"), 3);
    await world.start();
    await world.clock.until(() => isBack(world));
    await world.clock.advance(120_000);
    const kinds = world.bus.events.slice(told).map((e) => e.kind);
    assert.deepEqual(
      kinds.filter((kind) => kind.startsWith("drift")),
      [],
    );
  });

  it("on an empty runtime says so once and brings everything back", async (t) => {
    const { world, told } = await notRunning(t);
    world.runtime.containers.clear();
    await world.start();
    await world.clock.until(() => isBack(world));
    await world.clock.advance(120_000);
    const events = world.bus.events.slice(told);
    assert.deepEqual(
      events.map((e) => e.kind),
      ["agent-started", "runtime-empty"],
    );
    assert.deepEqual(events[1]?.data, { expected: 6, found: 0 });
  });

  it("on a runtime that lacks one container calls that drift", async (t) => {
    const { world, told } = await notRunning(t);
    world.runtime.vanish(world.serving("api", "b").id);
    await world.start();
    await world.clock.until(() => isBack(world));
    await world.clock.until(() => world.events("drift-closed").length > 0);
    const events = world.bus.events.slice(told).map((e) => [e.kind, e.service]);
    assert.deepEqual(events, [
      ["agent-started", undefined],
      ["drift-opened", "b"],
      ["drift-closed", "b"],
    ]);
  });

  it("tells a death that happened while it was away", async (t) => {
    const { world } = await notRunning(t);
    Object.assign(world.serving("api", "c"), { state: "exited", exitCode: 42 });
    await world.start();
    await world.clock.until(() => isBack(world));
    await world.clock.until(() => world.events("drift-opened").length > 0);
    assert.match(world.events("drift-opened")[0]?.message ?? "", /exit code 42/);
  });
});

describe("an agent that is not the one it was", () => {
  const CHANGES = {
    "another runtime directory": { env: { XDG_RUNTIME_DIR: "/run/user/0" } },
    "another node name": { node: "other" },
  };

  for (const [title, change] of Object.entries(CHANGES)) {
    it(`(${title}) refuses before it touches or accepts anything`, async (t) => {
      const { world } = await notRunning(t);
      for (const { id } of world.runtime.containers.values()) world.runtime.halt(id);
      const calls = { ...world.runtime.calls };
      const bus = world.bus.nodeBus("other");
      world.bus.put({ ...world.deploy({ name: "a" }), node: "other", service: "fresh" });
      const agent = await world.start({ bus, ...change });
      await world.clock.advance(300_000);
      assert.ok(hasCode(agent.fatal[0], "E_CONFIG"));
      assert.equal(agent.fatal.length, 1);
      for (const verb of ["create", "start", "stop", "remove", "rename"] as const) {
        assert.equal(world.runtime.calls[verb], calls[verb], verb);
      }
      assert.equal(await world.row("fresh"), undefined);
      const replies = await world.bus.request("other", { verb: "restart", service: "a" });
      assert.deepEqual(replies, []);
    });
  }

  it("(another storage of podman) refuses, also what operators ask meanwhile", async (t) => {
    const { world } = await notRunning(t);
    const info = world.runtime.info.bind(world.runtime);
    world.runtime.info = async (signal) => ({ ...(await info(signal)), graphRoot: "/elsewhere" });
    const stops = world.runtime.calls.stop;
    const agent = await world.start();
    const asked = world.bus.request(NODE, { verb: "restart", service: "a" });
    await world.clock.advance(60_000);
    assert.ok(hasCode(agent.fatal[0], "E_CONFIG"));
    assert.equal(world.runtime.calls.stop, stops);
    await world.stop(agent);
    await asked;
    assert.equal(world.runtime.calls.stop, stops);
  });

  it("continues when the operator confirms the change", async (t) => {
    const { world } = await notRunning(t);
    await world.start({ env: { XDG_RUNTIME_DIR: "/run/user/0" }, acceptIdentity: true });
    world.runtime.vanish(world.serving("db", "a").id);
    await world.clock.until(() => isBack(world));
  });
});

describe("after a restart of the machine", () => {
  it("a component waits for the health of what it depends on, also where podman has started that already", async (t) => {
    const world = new AgentWorld(t);
    const checks = { passing: true };
    world.runtime.provide("example.net/web:v1", { exec: () => (checks.passing ? 0 : 1) });
    const check = { kind: "cmd", cmd: ["check"] } as const;
    const times = { intervalMs: 1_000, timeoutMs: 1_000, startPeriodMs: 0 };
    const health = { check, ...times, retries: 99, onUnhealthy: "report" } as const;
    const db = component({ name: "db", restart: { policy: "always" }, health });
    const first = await world.start();
    await world.deployed({ components: [db, component({ dependsOn: ["db"] })] });
    await world.stop(first);
    world.runtime.halt(world.serving("api").id);
    checks.passing = false;
    await world.store.setFact("machine-boot", "another boot");
    const starts = world.serving("api").starts;
    await world.start();
    const report = await world.reported("web", (r) => r.blocked.some((b) => b.component === "api"));
    assert.deepEqual(
      report.blocked.map((b) => b.reason),
      ["dependency"],
    );
    await world.clock.advance(20_000);
    assert.deepEqual([world.serving("api").starts, world.serving("api").state], [starts, "exited"]);
    checks.passing = true;
    await world.reported("web", (r) => r.state === "converged");
    assert.equal(world.serving("api").starts, starts + 1);
  });
});
