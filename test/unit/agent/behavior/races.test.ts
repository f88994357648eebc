/** Things that happen at the same time: at every call of a rollout something else comes in between. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Runtime } from "../../../../src/agent/runtime/runtime.ts";
import { component, NODE } from "../../../helpers/builders.ts";
import { AgentWorld } from "../../../twin/agent-world.ts";
import { intercept } from "../../../twin/intercept.ts";

const port = [{ hostPort: 80, containerPort: 80, protocol: "tcp" }] as const;
const v = (version: number, own = {}) =>
  component({ image: `example.net/web:v${version}`, minUpMs: 1_000, ports: port, ...own });

/** A runtime at whose n-th call something happens, just before it or just after. */
function atCall(world: AgentWorld, n: number, when: "before" | "after", happens: () => void) {
  const calls = { before: 0, after: 0 };
  const count = (moment: "before" | "after") => {
    calls[moment] += 1;
    if (moment === when && calls[moment] === n) happens();
  };
  const verbs = ["info", "list", "inspect", "pull", "create", "start", "stop", "remove", "rename"];
  const runtime: Runtime = intercept(world.runtime, (verb) => verbs.includes(verb), {
    before: () => count("before"),
    after: () => count("after"),
  });
  return { runtime };
}

/** Tries `story` with something in between at its first, second, third … call until there are no more. */
async function atEveryCall(story: (n: number, when: "before" | "after") => Promise<boolean>): Promise<void> {
  for (const when of ["before", "after"] as const) {
    for (let n = 1; ; n++) {
      const happened = await story(n, when).catch((cause: unknown) => {
        throw new Error(`${when} call ${n}`, { cause });
      });
      assert.ok(happened || n > 8, `there was no ${n}th call to come in between`);
      if (!happened) break;
    }
  }
}

describe("a newer generation", () => {
  it("that comes at any call of a rollout ends with its own container, and only that", async () => {
    await atEveryCall(async (n, when) => {
      const world = new AgentWorld();
      const happened = { is: false };
      const first = await world.start();
      await world.deployed({ components: [v(1)] });
      await world.stop(first);
      world.deploy({ components: [v(2)] });
      const { runtime } = atCall(world, n, when, () => {
        happened.is = true;
        world.deploy({ components: [v(3)] });
      });
      await world.start({ runtime });
      await world.clock.advance(10_000);
      assert.equal(world.serving().image, `example.net/web:v${happened.is ? 3 : 2}`);
      assert.deepEqual(world.containers(), ["web-api running"]);
      assert.equal(world.bus.report("web")?.state, "converged");
      assert.deepEqual(world.events("deploy-failed", "drift-fight", "drift-opened"), []);
      await world.end();
      return happened.is;
    });
  });
});

describe("a container that vanishes", () => {
  it("at any call of a rollout leaves the new generation up in the end", async () => {
    await atEveryCall(async (n, when) => {
      const world = new AgentWorld();
      const happened = { is: false };
      const first = await world.start();
      await world.deployed({ components: [v(1)] });
      await world.stop(first);
      world.deploy({ components: [v(2)] });
      const { runtime } = atCall(world, n, when, () => {
        const [victim] = world.runtime.containers.keys();
        happened.is = true;
        if (victim !== undefined) world.runtime.vanish(victim);
      });
      await world.start({ runtime });
      await world.clock.advance(120_000);
      assert.deepEqual(world.containers(), ["web-api running"]);
      assert.equal(world.serving().image, "example.net/web:v2");
      await world.end();
      return happened.is;
    });
  });
});

describe("a stop of the agent", () => {
  it("at any call of a rollout is quick and leaves it resumable", async () => {
    await atEveryCall(async (n, when) => {
      const world = new AgentWorld();
      const first = await world.start();
      await world.deployed({ components: [v(1)] });
      await world.stop(first);
      world.deploy({ components: [v(2)] });
      const happened: { stopping?: boolean } = {};
      const { runtime } = atCall(world, n, when, () => {
        happened.stopping = true;
      });
      const agent = await world.start({ runtime });
      await world.clock.until(() => happened.stopping || world.bus.report("web")?.appliedGeneration === 2);
      const at = world.clock.now();
      await world.stop(agent);
      assert.ok(world.clock.now() - at < 5_000);
      await world.start();
      await world.reported("web", (r) => r.appliedGeneration === 2 && r.state === "converged");
      assert.deepEqual(world.containers(), ["web-api running"]);
      await world.end();
      return happened.stopping === true;
    });
  });
});

describe("a list of all containers", () => {
  it("that is older than a pass is not acted upon", async (t) => {
    const world = new AgentWorld(t);
    const late: { release?: () => void } = {};
    const list = world.runtime.list.bind(world.runtime);
    await world.start();
    await world.deployed();
    world.runtime.list = async (labels, signal) => {
      const answer = await list(labels, signal);
      if (labels["mcp.service"] !== undefined || late.release !== undefined) return answer;
      await new Promise<void>((resolve) => {
        late.release = resolve;
      });
      return answer;
    };
    await world.clock.until(() => late.release); // a sweep has listed and not yet been answered
    await world.deployed({ components: [component({ image: "example.net/web:v2" })] });
    const { id } = world.serving();
    const creates = world.runtime.calls.create;
    late.release?.();
    await world.clock.advance(10_000);
    assert.equal(world.serving().id, id);
    assert.equal(world.runtime.calls.create, creates);
    assert.deepEqual(world.events("drift-opened"), []);
  });

  it("taken by several at once tells an orphan once", async (t) => {
    const world = new AgentWorld(t);
    await world.start();
    await world.deployed();
    world.runtime.addForeign("lost", { labels: { "mcp.node": NODE, "mcp.service": "lost" } });
    for (let round = 0; round < 5; round++) world.runtime.dropStreams();
    await world.clock.advance(200_000);
    assert.equal(world.events("drift-opened").length, 1);
  });
});

describe("a restart and a deploy at once", () => {
  it("come one after the other", async (t) => {
    const world = new AgentWorld(t);
    await world.start();
    await world.deployed({ components: [v(1)] });
    const replies = world.bus.request(NODE, { verb: "restart", service: "web" });
    world.deploy({ components: [v(2)] });
    const again = world.bus.request(NODE, { verb: "restart", service: "web" });
    await world.reported("web", (r) => r.state === "converged" && r.appliedGeneration === 2);
    await world.clock.until(() => world.events("service-restarted").length === 2);
    for (const reply of [...(await replies), ...(await again)]) assert.equal(reply.error, undefined);
    await world.clock.advance(5_000);
    assert.deepEqual(world.containers(), ["web-api running"]);
    assert.deepEqual(world.events("drift-opened", "deploy-failed"), []);
  });
});
