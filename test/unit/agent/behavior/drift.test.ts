/** What an agent does about containers that change behind its back. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { McpError } from "../../../../src/values/error.ts";
import { component, service } from "../../../helpers/builders.ts";
import { AgentWorld } from "../../../twin/agent-world.ts";
import { intercept } from "../../../twin/intercept.ts";

const crashLoops = (own: Partial<Parameters<typeof component>[0]> = {}) =>
  component({ image: "example.net/web:flaky", restart: { policy: "on-failure" }, minUpMs: 0, ...own });

async function deployed(
  t: { after(end: () => Promise<void>): void },
  spec: Parameters<AgentWorld["deployed"]>[0] = {},
) {
  const world = new AgentWorld(t);
  await world.start();
  await world.deployed(spec);
  return world;
}

describe("a container that is gone", () => {
  it("is made again at once, told as opened and closed", async (t) => {
    const world = await deployed(t);
    const at = world.clock.now();
    world.runtime.vanish(world.serving().id);
    await world.reported("web", (r) => r.state === "converged" && world.container()?.state === "running");
    assert.ok(world.clock.now() - at < 1_000);
    await world.clock.until(() => world.events("drift-closed").length > 0);
    const told = world.events("drift-opened", "drift-closed").map((e) => [e.kind, e.component, e.generation]);
    assert.deepEqual(told.at(0), ["drift-opened", "api", 1]);
    assert.deepEqual(told.at(-1), ["drift-closed", "api", 1]);
    assert.equal(world.events("drift-opened").length, world.events("drift-closed").length);
  });

  it("of drift = report is told and left", async (t) => {
    const world = await deployed(t, { drift: "report" });
    world.runtime.vanish(world.serving().id);
    const report = await world.reported("web", (r) => r.state === "degraded");
    assert.deepEqual(
      report.drift.map((d) => d.kind),
      ["missing"],
    );
    await world.clock.advance(3_600_000);
    assert.deepEqual(world.containers(), []);
    assert.equal(world.events("drift-opened").filter((e) => e.data?.["drift"] === "missing").length, 1);
  });

  it("of drift = ignore is neither told nor made", async (t) => {
    const world = await deployed(t, { drift: "ignore" });
    world.runtime.vanish(world.serving().id);
    await world.clock.advance(3_600_000);
    assert.deepEqual(world.containers(), []);
    assert.equal(world.events("drift-opened").length, 0);
  });

  it("of drift = report comes back with the next generation", async (t) => {
    const world = await deployed(t, { drift: "report" });
    world.runtime.vanish(world.serving().id);
    await world.reported("web", (r) => r.state === "degraded");
    await world.deployed({ drift: "report" });
  });
});

describe("a container that stays gone", () => {
  const told = (world: AgentWorld) => world.events("drift-opened", "drift-closed").map(({ message }) => message);

  it("is reported as missing until a new one is up, whatever comes in between", async (t) => {
    const world = await deployed(t, { components: [component({ minUpMs: 5_000 })] });
    await world.clock.advance(5_000);
    world.runtime.fail("start", new McpError("E_RUNTIME_TIMEOUT", "podman start: no answer"), 1);
    world.runtime.vanish(world.serving().id);
    await world.clock.until(() => world.container()?.state === "running");
    assert.deepEqual(
      told(world).filter((message) => !message.includes("not-running")),
      ["web-api: missing"],
    );
    await world.reported("web", (r) => r.state === "converged");
    await world.clock.until(() => world.events("drift-closed").length === world.events("drift-opened").length);
    assert.deepEqual(told(world).at(-1), "web-api: no longer missing");
  });

  it("stays reported while a new generation is carried out, and is closed when that is up", async (t) => {
    const world = await deployed(t, { drift: "report" });
    world.runtime.vanish(world.serving().id);
    await world.reported("web", (r) => r.state === "degraded");
    world.runtime.images.clear();
    world.runtime.fail("pull", "hangs", 1);
    world.deploy({ drift: "report" });
    await world.reported("web", (r) => r.accepted?.generation === 2 && r.state === "progressing");
    await world.clock.settle();
    assert.deepEqual(told(world).at(-1), "web-api: missing");
  });

  it("closes with the reason when its service is stopped or removed", async (t) => {
    for (const [end, why] of [
      [(world: AgentWorld) => world.deploy({ drift: "report", active: false }), "the service is stopped"],
      [(world: AgentWorld) => world.undeploy(), "the service is removed"],
      [(world: AgentWorld) => world.deploy({ drift: "ignore" }), "the service ignores drift"],
    ] as const) {
      const world = await deployed(t, { drift: "report" });
      world.runtime.vanish(world.serving().id);
      await world.reported("web", (r) => r.state === "degraded");
      world.runtime.fail("create", "hangs", 1); // nothing may come up
      end(world);
      await world.clock.until(() =>
        world.events("drift-closed").some(({ message }) => message.startsWith("web-api: missing")),
      );
      assert.equal(told(world).at(-1), `web-api: missing is no longer drift: ${why}`);
    }
  });
});

describe("a container that", () => {
  it("died is told although its restart policy has brought it back before anyone looked", async (t) => {
    const world = await deployed(t);
    await world.clock.advance(1_000);
    world.runtime.crash(world.serving().id, 9);
    await world.clock.until(() => world.events("drift-closed").length === 1);
    const [opened] = world.events("drift-opened");
    assert.match(opened?.message ?? "", /exit code 9/);
    assert.equal(world.serving().restarts, 1);
  });

  it("was stopped by someone is started again", async (t) => {
    const world = await deployed(t);
    const { id } = world.serving();
    await world.clock.advance(1_000);
    world.runtime.halt(id);
    await world.clock.until(() => world.serving().state === "running");
    assert.equal(world.serving().id, id);
  });

  it("was renamed gets its name back", async (t) => {
    const world = await deployed(t);
    const { id } = world.serving();
    await world.runtime.rename(id, "stolen", new AbortController().signal);
    await world.clock.until(() => world.container()?.id === id);
  });

  it("runs though its service is stopped is stopped", async (t) => {
    const world = await deployed(t);
    await world.deployed({ active: false }, "stopped");
    await world.runtime.start(world.serving().id, new AbortController().signal);
    await world.clock.until(() => world.serving().state === "exited");
    await world.clock.until(() => world.events("drift-closed").length > 0);
    assert.deepEqual(
      world.events("drift-opened").map((e) => e.data?.["drift"]),
      ["unexpected"],
    );
  });

  it("we stopped ourselves counts as no drift and no flapping, however often", async (t) => {
    const world = await deployed(t);
    for (let round = 0; round < 8; round++) {
      await world.clock.advance(500);
      await world.deployed({ active: false }, "stopped");
      await world.clock.advance(500);
      await world.deployed();
      await world.bus.request("rift", { verb: "restart", service: "web" });
    }
    await world.clock.advance(10_000);
    assert.deepEqual(world.events("drift-opened", "flapping"), []);
  });
});

describe("a fight", () => {
  async function fight(world: AgentWorld): Promise<number[]> {
    const repairs: number[] = [];
    for (let round = 0; round < 20; round++) {
      world.runtime.vanish(world.serving().id);
      const at = world.clock.now();
      await world.clock.advance(61_000);
      if (world.container() === undefined) break;
      repairs.push((world.container()?.createdAtMs ?? 0) - at);
    }
    return repairs;
  }

  it("ends after five repairs with growing delays, one event, and waiting", async (t) => {
    const world = await deployed(t);
    const repairs: number[] = [];
    while (world.events("drift-fight").length === 0) {
      const at = world.clock.now();
      world.runtime.vanish(world.serving().id);
      await world.clock.until(() => world.container()?.state === "running" || world.events("drift-fight").length > 0);
      if (world.container() !== undefined) repairs.push(world.clock.now() - at);
    }
    assert.equal(repairs.length, 5);
    for (const [index, delay] of repairs.entries()) assert.ok(delay <= 1_000 * 2 ** index, `${delay} after ${index}`);
    assert.ok((repairs[4] ?? 0) > (repairs[1] ?? 0), "the delays grow");
    const creates = world.runtime.calls.create;
    await world.clock.advance(3_600_000);
    assert.equal(world.runtime.calls.create, creates);
    assert.equal(world.events("drift-fight").length, 1);
    assert.equal(world.bus.report("web")?.state, "degraded");
  });

  it("is over with the next generation", async (t) => {
    const world = await deployed(t);
    assert.equal((await fight(world)).length, 5);
    await world.deployed();
  });

  it("is over when an operator restarts the service", async (t) => {
    const world = await deployed(t);
    assert.equal((await fight(world)).length, 5);
    await world.bus.request("rift", { verb: "restart", service: "web" });
    await world.reported("web", (r) => r.state === "converged");
  });

  it("stays over after a restart of the agent", async (t) => {
    const world = await deployed(t);
    await fight(world);
    const [agent] = world.agents;
    assert.ok(agent);
    await world.stop(agent);
    world.runtime.addForeign("unrelated"); // else the runtime is empty, which is another story
    world.runtime.addForeign("x", { labels: { "mcp.node": "rift", "mcp.service": "unknown" } });
    await world.start();
    await world.clock.advance(600_000);
    assert.equal(world.container(), undefined);
    assert.equal(world.events("drift-fight").length, 1);
  });
});

describe("a container that the runtime refuses to start", () => {
  const refusal = new McpError("E_RUNTIME", "podman start: no kernel key left");

  it("is no fight however often: it is told why, and runs as soon as it may", async (t) => {
    const world = await deployed(t);
    world.runtime.fail("start", refusal, 8);
    world.runtime.halt(world.serving().id);
    const report = await world.reported("web", (r) => r.blocked.some(({ message }) => /kernel key/.test(message)));
    assert.deepEqual([report.state, report.blocked.map(({ reason }) => reason)], ["blocked", ["backoff"]]);
    await world.reported("web", (r) => r.state === "converged" && world.container()?.state === "running");
    assert.equal(world.events("drift-fight").length, 0);
  });

  it("after a stop of its service is a failure that is tried again until it runs", async (t) => {
    const world = await deployed(t);
    await world.deployed({ active: false }, "stopped");
    world.runtime.fail("start", refusal, 8);
    world.deploy();
    const report = await world.reported("web", (r) => r.failure !== undefined);
    assert.match(report.failure?.message ?? "", /kernel key/);
    await world.clock.advance(3_600_000);
    await world.reported("web", (r) => r.state === "converged");
    assert.equal(world.events("drift-fight").length, 0);
  });
});

describe("a container that crashes again and again", () => {
  it("is never a fight: it is started with growing delays and told as flapping once", async (t) => {
    const world = new AgentWorld(t);
    world.runtime.provide("example.net/web:flaky");
    await world.start();
    await world.deployed({ components: [crashLoops({ restart: { policy: "on-failure", retries: 9 } })] });
    Object.assign(world.serving().behavior, { exitCode: 1 });
    world.runtime.crash(world.serving().id, 1);
    const starts = world.runtime.calls.start;
    await world.clock.advance(240_000);
    assert.equal(world.events("drift-fight").length, 0);
    assert.ok(world.events("flapping").length <= 1);
    assert.ok(world.runtime.calls.start - starts < 40, "with delays");
  });

  it("under a restart policy of its own gives one flapping event, not an event for each", async (t) => {
    const world = await deployed(t);
    for (let round = 0; round < 40; round++) {
      await world.clock.advance(1_000);
      world.runtime.crash(world.serving().id, 1);
      await world.clock.settle();
    }
    assert.deepEqual(
      world.events("flapping").map((e) => e.data?.["deaths"]),
      [5],
    );
    assert.ok(world.events("drift-opened").length < 5);
    assert.equal(world.events("drift-opened").length, world.events("drift-closed").length);
    assert.equal(world.events("drift-fight").length, 0);
  });
});

describe("a container of somebody else", () => {
  it("that has our name keeps the service waiting, untouched, until it is gone", async (t) => {
    const world = new AgentWorld(t);
    const foreign = world.runtime.addForeign("web-api");
    await world.start();
    world.deploy();
    const report = await world.reported("web", (r) => r.state === "blocked");
    assert.deepEqual(
      report.blocked.map((b) => b.reason),
      ["name-taken"],
    );
    const creates = world.runtime.calls.create;
    await world.clock.advance(3_600_000);
    assert.deepEqual(world.containers(), ["web-api running"]);
    assert.equal(world.runtime.containers.get(foreign)?.state, "running");
    assert.equal(world.runtime.calls.create, creates, "it does not try again and again");
    world.runtime.vanish(foreign);
    await world.reported("web", (r) => r.state === "converged");
    assert.equal(world.events("desired-accepted", "deploy-failed").length, 1);
  });

  it("that took the name while ours was renamed keeps it, for as long as it likes", async (t) => {
    const world = await deployed(t);
    await world.runtime.rename(world.serving().id, "stolen", new AbortController().signal);
    const foreign = world.runtime.addForeign("web-api");
    await world.clock.advance(3_600_000);
    assert.equal(world.container("stolen")?.state, "running");
    assert.equal(world.events("drift-fight").length, 0);
    world.runtime.vanish(foreign);
    await world.clock.until(() => world.container("stolen") === undefined);
    assert.equal(world.serving().starts, 1);
  });

  it("and services with the same container name: the first has it, the other continues when it is free", async (t) => {
    const world = new AgentWorld(t);
    await world.start();
    const mc = service({ name: "mc", components: [component({ name: "proxy" })] });
    await world.deployed(mc);
    const { id } = world.serving("proxy", "mc");
    world.deploy({ name: "mc-proxy", components: [component({ name: "mc-proxy" })] });
    const blocked = await world.reported("mc-proxy", (r) => r.state === "blocked");
    assert.equal(blocked.blocked[0]?.reason, "name-taken");
    await world.clock.advance(600_000);
    assert.equal(world.container("mc-proxy")?.id, id);
    const at = world.clock.now();
    world.undeploy("mc");
    await world.reported("mc-proxy", (r) => r.state === "converged");
    assert.ok(world.clock.now() - at < 1_000, "at once, not with the next sweep");
  });

  it("with our labels but of no service we know is told as an orphan once and once when it is gone", async (t) => {
    const world = new AgentWorld(t);
    const labels = { "mcp.node": "rift", "mcp.service": "lost", "mcp.component": "api" };
    const orphan = world.runtime.addForeign("lost-api", { labels });
    const first = await world.start();
    await world.clock.advance(600_000);
    await world.stop(first);
    await world.start();
    await world.clock.advance(600_000);
    assert.deepEqual(
      world.events("drift-opened").map((e) => [e.service, e.data?.["drift"]]),
      [["lost", "orphan"]],
    );
    assert.equal(world.container("lost-api")?.state, "running");
    world.runtime.vanish(orphan);
    await world.clock.advance(120_000);
    assert.equal(world.events("drift-closed").length, 1);
    assert.equal(world.events("drift-opened").length, 1);
  });
});

describe("when the runtime's events", () => {
  it("are lost one time in three and the stream breaks every few seconds, the sweep still repairs everything", async (t) => {
    const world = new AgentWorld(t);
    const drops = intercept(world.runtime, () => false, {});
    const lossy = new Proxy(drops, {
      get: (target, key) => {
        if (key !== "events") return Reflect.get(target, key);
        return async function* (onOpen: () => void, signal: AbortSignal) {
          for await (const event of world.runtime.events(onOpen, signal)) {
            if (world.clock.random() > 0.3) yield event;
          }
        };
      },
    });
    await world.start({ runtime: lossy });
    const names = ["a", "b", "c", "d"];
    await world.deployed({ components: names.map((name) => component({ name })) });
    for (let round = 0; round < 30; round++) {
      const name = names[Math.floor(world.clock.random() * names.length)] ?? "a";
      world.runtime.vanish(world.serving(name).id);
      if (round % 3 === 0) world.runtime.dropStreams();
      await world.clock.advance(700_000 + 5_000 * world.clock.random()); // beyond what counts as a fight
      assert.equal(world.runtime.containers.size, names.length, `after round ${round}`);
    }
    assert.equal(world.bus.report("web")?.state, "converged");
    assert.equal(world.events("drift-opened").length, world.events("drift-closed").length);
  });

  it("do not come at all, a sweep finds within its time what is gone", async (t) => {
    const world = new AgentWorld(t);
    world.runtime.fail("events", new McpError("E_RUNTIME", "no events today"), 100_000);
    await world.start();
    await world.deployed();
    const at = world.clock.now();
    world.runtime.vanish(world.serving().id);
    await world.clock.until(() => world.container()?.state === "running");
    assert.ok(world.clock.now() - at <= 72_000);
  });
});
