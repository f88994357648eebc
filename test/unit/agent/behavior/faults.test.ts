/** A full disk, a podman that hangs, clocks that jump, an agent that is stopped in the middle. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { McpError } from "../../../../src/values/error.ts";
import { component, NODE } from "../../../helpers/builders.ts";
import { failingStore } from "../../../helpers/failing-store.ts";
import { AgentWorld } from "../../../twin/agent-world.ts";
import { intercept } from "../../../twin/intercept.ts";

const v2 = { components: [component({ image: "example.net/web:v2" })] };
const MUTATIONS = ["create", "start", "stop", "remove", "rename"] as const;
const mutations = (world: AgentWorld) => MUTATIONS.reduce((sum, verb) => sum + world.runtime.calls[verb], 0);

describe("a store that cannot be written", () => {
  it("keeps every container as it is, and the change is made when there is room again", async (t) => {
    const world = new AgentWorld(t);
    const disk = failingStore(world.store);
    await world.start({ store: disk.store });
    await world.deployed();
    disk.failAt(1, 1_000_000);
    const before = mutations(world);
    world.deploy(v2);
    await world.clock.advance(300_000);
    assert.equal(mutations(world), before);
    assert.equal(world.serving().image, "example.net/web:v1");
    disk.failAt(1, 0);
    await world.reported("web", (r) => r.state === "converged" && r.accepted?.generation === 2);
    assert.equal(world.events("deploy-failed").length, 0);
  });

  it("at any single write of a deploy costs a retry and nothing else", async () => {
    for (let n = 1; ; n++) {
      const world = new AgentWorld();
      const disk = failingStore(world.store);
      await world.start({ store: disk.store });
      await world.deployed({ components: [component({ name: "db" }), component()] });
      const before = disk.writes();
      disk.failAt(n);
      world.deploy({ components: [component({ name: "db" }), component({ image: "example.net/web:v2" })] });
      await world
        .reported("web", (r) => r.state === "converged" && r.appliedGeneration === 2)
        .catch((cause) => {
          throw new Error(`the ${n}th write failed`, { cause });
        });
      await world.clock.advance(120_000);
      assert.deepEqual(world.containers(), ["web-api running", "web-db running"], `the ${n}th write failed`);
      assert.equal(world.serving("db").starts, 1);
      assert.equal(world.events("deploy-failed").length, 0, `the ${n}th write failed`);
      const over = n > disk.writes() - before;
      await world.end();
      if (over) break;
      assert.ok(n < 100);
    }
  });

  it("does not keep a starting agent from looking after its containers", async (t) => {
    const world = new AgentWorld(t);
    const first = await world.start();
    await world.deployed();
    await world.stop(first);
    world.runtime.halt(world.serving().id);
    const disk = failingStore(world.store);
    disk.failAt(1); // the event that says that it was started
    await world.start({ store: disk.store });
    await world.clock.until(() => world.serving().state === "running");
  });
});

describe("a podman that hangs", () => {
  function hanging(world: AgentWorld) {
    const state = { hangs: false };
    const deadline = async (): Promise<void> => {
      if (!state.hangs) return;
      await world.clock.sleep(60_000, new AbortController().signal);
      throw new McpError("E_RUNTIME_TIMEOUT", "no answer within 60000 ms");
    };
    const verbs = ["ping", "info", "list", "inspect", "create", "start", "stop", "remove", "rename", "pull", "exec"];
    return { state, runtime: intercept(world.runtime, (verb) => verbs.includes(verb), { before: deadline }) };
  }

  it("is starting, neither ok nor down, until podman answered or failed for the first time", async (t) => {
    const world = new AgentWorld(t);
    const { state, runtime } = hanging(world);
    state.hangs = true;
    await world.start({ runtime });
    const runtimes = () => world.bus.presence.map(({ runtime }) => runtime);
    await world.clock.until(() => runtimes().length > 0);
    assert.deepEqual(runtimes()[0], { name: "podman", health: "unreachable", starting: true });
    await world.clock.until(() => runtimes().at(-1)?.health === "hung");
    assert.equal(runtimes().at(-1)?.starting, undefined);
    state.hangs = false;
    await world.clock.until(() => runtimes().at(-1)?.health === "ok");
  });

  it("is reported within fifteen seconds; presence continues, and everything else when it is back", async (t) => {
    const world = new AgentWorld(t);
    const { state, runtime } = hanging(world);
    await world.start({ runtime });
    await world.deployed();
    state.hangs = true;
    const at = world.clock.now();
    world.runtime.vanish(world.serving().id);
    const hung = await world.clock.until(() => world.events("runtime-hung")[0]);
    // By the event's own time: on a busy machine the fake clock moves on while the event is on its way to the bus.
    const tookMs = Date.parse(hung.at) - at;
    assert.ok(tookMs <= 15_000, `${tookMs} ms`);
    const before = world.bus.presence.length;
    world.deploy(v2);
    await world.clock.advance(120_000);
    assert.ok(world.bus.presence.length - before >= 6);
    assert.equal(world.bus.presence.at(-1)?.runtime.health, "hung");
    assert.equal(world.events("runtime-hung").length, 1);
    const [reply] = await world.bus.request(NODE, { verb: "floor", service: "web" });
    assert.equal(reply?.body?.verb === "floor" && reply.body.accepted?.generation, 2, "bus work goes on");
    assert.equal(world.bus.report("web")?.state, "blocked");
    state.hangs = false;
    await world.reported("web", (r) => r.state === "converged" && r.accepted?.generation === 2);
    assert.equal(world.events("runtime-recovered").length, 1);
    assert.equal(world.events("deploy-failed").length, 0);
  });

  it("from the start on does not keep intent from being accepted", async (t) => {
    const world = new AgentWorld(t);
    const { state, runtime } = hanging(world);
    state.hangs = true;
    await world.start({ runtime });
    world.deploy();
    await world.clock.until(() => world.events("desired-accepted").length > 0);
    await world.clock.advance(30_000);
    state.hangs = false;
    await world.reported("web", (r) => r.state === "converged");
  });

  it("or is away is told as unreachable", async (t) => {
    const world = new AgentWorld(t);
    await world.start();
    await world.deployed();
    world.runtime.failAll(new McpError("E_RUNTIME_UNREACHABLE", "no socket"));
    await world.clock.until(() => world.events("runtime-unreachable").length > 0);
    world.runtime.failAll(undefined);
    await world.clock.until(() => world.events("runtime-recovered").length > 0);
  });
});

describe("one slow service", () => {
  it("does not keep the agent from seeing and sweeping for what others need", async (t) => {
    const world = new AgentWorld(t);
    const first = await world.start();
    await world.deployed({ name: "slow", components: [component({ image: "example.net/web:v3" })] });
    await world.deployed();
    await world.stop(first);
    world.runtime.vanish(world.serving("api", "slow").id);
    world.runtime.images.delete("example.net/web:v3");
    const patience = new AbortController();
    t.after(() => patience.abort());
    const slow = intercept(world.runtime, (verb) => verb === "pull", {
      before: () => world.clock.sleep(3_600_000, patience.signal),
    });
    await world.start({ runtime: slow });
    await world.clock.until(() => world.runtime.calls.list > 3);
    await world.clock.advance(1_000);
    world.runtime.vanish(world.serving().id);
    await world.clock.until(() => world.container()?.state === "running", { withinMs: 1_000 });
    world.bus.losesWakes = true;
    world.deploy(v2);
    await world.clock.until(() => world.events("sweep-found").length > 0, { withinMs: 80_000 });
  });
});

describe("as many slow services as may be seen to at once", () => {
  it("do not keep another one waiting while they only wait themselves", async (t) => {
    const world = new AgentWorld(t);
    const patience = new AbortController();
    t.after(() => patience.abort());
    const runtime = intercept(world.runtime, (verb) => verb === "pull", {
      before: () => (world.runtime.images.size < 2 ? undefined : world.clock.sleep(3_600_000, patience.signal)),
    });
    await world.start({ runtime, parallel: 2 });
    await world.deployed();
    await world.deployed({ name: "other", components: [component({ image: "example.net/web:v2" })] });
    world.deploy({ name: "starting", components: [component({ minUpMs: 3_600_000 })] });
    world.deploy({ name: "pulling", components: [component({ image: "example.net/web:v3" })] });
    await world.clock.advance(10_000);
    world.runtime.vanish(world.serving().id);
    await world.clock.until(() => world.container()?.state === "running", { withinMs: 1_000 });
  });
});

describe("a clock that jumps", () => {
  for (const hours of [-1, 1]) {
    it(`by ${hours} h changes nothing, and no delay lasts for it`, async (t) => {
      const world = new AgentWorld(t);
      await world.start();
      await world.deployed();
      world.runtime.vanish(world.serving().id);
      await world.clock.until(() => world.container()?.state === "running");
      await world.clock.advance(200);
      world.runtime.vanish(world.serving().id); // its delay runs
      await world.clock.settle();
      world.clock.jump(hours * 3_600_000);
      await world.clock.until(() => world.container()?.state === "running", { withinMs: 80_000 });
      const { generation } = world.deploy(v2, { at: new Date(world.clock.now()).toISOString() });
      await world.reported("web", (r) => r.state === "converged" && r.accepted?.generation === generation);
      const sequences = world.bus.events.map((e) => e.sequence);
      assert.deepEqual(
        sequences,
        sequences.toSorted((a, b) => a - b),
      );
    });
  }
});

describe("an agent that is stopped", () => {
  it("in the middle of a rollout leaves it resumable and everything running", async (t) => {
    const world = new AgentWorld(t);
    const first = await world.start();
    await world.deployed();
    world.deploy({ components: [component({ image: "example.net/web:v2", minUpMs: 60_000 })] });
    await world.reported("web", (r) => r.steps.some((s) => s.step === "wait"));
    const at = world.clock.now();
    await world.stop(first);
    assert.ok(world.clock.now() - at < 5_000);
    assert.deepEqual(
      [...world.runtime.containers.values()].map((c) => c.state),
      ["running", "running"],
    );
    assert.equal(world.bus.presence.at(-1)?.leaving, true);
    assert.equal(world.bus.events.at(-1)?.kind, "agent-stopped");
    await world.start();
    await world.reported("web", (r) => r.appliedGeneration === 2);
    assert.deepEqual(world.containers(), ["web-api running"]);
    assert.equal(world.serving().starts, 1);
  });

  it("does nothing any more", async (t) => {
    const world = new AgentWorld(t);
    const agent = await world.start();
    await world.deployed();
    await world.stop(agent);
    const calls = JSON.stringify(world.runtime.calls);
    world.runtime.vanish(world.serving().id);
    world.deploy(v2);
    await world.clock.advance(600_000);
    assert.equal(JSON.stringify(world.runtime.calls), calls);
  });

  it("delivers its last events even when the store takes none of the farewell", async (t) => {
    const world = new AgentWorld(t);
    const disk = failingStore(world.store);
    const agent = await world.start({ store: disk.store });
    await world.deployed();
    disk.failAt(1, 100);
    await world.stop(agent);
    assert.equal(world.bus.presence.at(-1)?.leaving, true);
  });
});
