/** Containers that end by themselves: podman's own restart policy comes first, and no such end counts as a fight. */
import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { component } from "../../../helpers/builders.ts";
import { AgentWorld } from "../../../twin/agent-world.ts";
import { intercept } from "../../../twin/intercept.ts";

const always = component({ restart: { policy: "always" } });

async function deployed(t: TestContext, own = always): Promise<AgentWorld> {
  const world = new AgentWorld(t);
  await world.start();
  await world.deployed({ components: [own] });
  await world.clock.advance(5_000);
  return world;
}

/** Ends with this code; podman needs a quarter of a second to restart it. */
async function endsByItself(world: AgentWorld, exitCode: number): Promise<void> {
  const comesBack = world.runtime.die(world.serving().id, exitCode);
  await world.clock.advance(250);
  comesBack();
  await world.clock.settle();
}

describe("a container that ends by itself", () => {
  for (const exitCode of [0, 137, 143, 1]) {
    it(`with exit code ${exitCode} is restarted by podman's policy; the agent repairs nothing and sees no fight`, async (t) => {
      const world = await deployed(t);
      const { start } = world.runtime.calls;
      for (let round = 0; round < 12; round++) {
        await endsByItself(world, exitCode);
        await world.clock.advance(20_000);
      }
      assert.equal(world.runtime.calls.start, start);
      assert.deepEqual(world.events("drift-fight"), []);
      assert.deepEqual((await world.row())?.memory.repairs, {});
      assert.equal(world.bus.report("web")?.state, "converged");
    });
  }

  it("is reported as opened and closed", async (t) => {
    const world = await deployed(t);
    await endsByItself(world, 0);
    await world.clock.until(() => world.events("drift-closed").length === 1);
    assert.equal(world.events("drift-opened").length, 1);
  });

  it("is started by the agent where podman does not bring it back within a few seconds", async (t) => {
    const world = await deployed(t);
    world.runtime.die(world.serving().id, 0);
    const at = world.clock.now();
    await world.clock.until(() => world.serving().state === "running");
    assert.ok(world.clock.now() - at <= 5_000, `${world.clock.now() - at} ms`);
  });
});

describe("repairs and fights of before a reboot", () => {
  it("do not count: everything is started again", async (t) => {
    const world = await deployed(t);
    for (let round = 0; world.events("drift-fight").length === 0 && round < 20; round++) {
      world.runtime.halt(world.serving().id);
      await world.clock.until(() => world.serving().state === "running" || world.events("drift-fight").length > 0);
      await world.clock.advance(1_000);
    }
    assert.equal(world.events("drift-fight").length, 1);
    const [agent] = world.agents;
    assert.ok(agent);
    await world.stop(agent);
    await world.store.setFact("machine-boot", "another boot");
    await world.start();
    await world.reported("web", (r) => r.state === "converged" && world.serving().state === "running");
    assert.deepEqual((await world.row())?.memory.repairs, {});
  });
});

describe("a death that podman reports while a pass lists the containers", () => {
  it("opens and closes its drift once: the older list cannot close it", async (t) => {
    const world = new AgentWorld(t);
    const held: { release?: () => void; hold: boolean } = { hold: false };
    const slow = new Proxy(
      intercept(world.runtime, () => false, {}),
      {
        get: (target, key) => {
          if (key !== "list") return Reflect.get(target, key);
          return async (...args: Parameters<typeof world.runtime.list>) => {
            const found = await world.runtime.list(...args);
            if (held.hold && Object.keys(args[0]).length > 0)
              await new Promise<void>((resolve) => Object.assign(held, { release: resolve, hold: false }));
            return found;
          };
        },
      },
    );
    await world.start({ runtime: slow });
    await world.deployed({ components: [always, component({ name: "worker" })] });
    await world.clock.advance(5_000);
    held.hold = true;
    world.runtime.crash(world.serving("worker").id, 1);
    await world.clock.until(() => held.release !== undefined, { what: "a pass lists the containers" });
    const comesBack = world.runtime.die(world.serving().id, 137);
    await world.clock.settle();
    held.release?.();
    await world.clock.advance(250);
    comesBack();
    await world.clock.advance(5_000);
    const told = world.events("drift-opened", "drift-closed").filter(({ component: name }) => name === "api");
    assert.deepEqual(
      told.map(({ kind }) => kind),
      ["drift-opened", "drift-closed"],
    );
  });
});

describe("deaths of a new version that does not come up", () => {
  it("are not the serving container's: a later death of that is reported as usual, and closed", async (t) => {
    const world = new AgentWorld(t);
    world.runtime.provide("example.net/web:bad", { exitCode: 1 });
    await world.start();
    await world.deployed({ components: [component({ minUpMs: 2_000 })] });
    for (let round = 0; round < 6; round++) {
      world.deploy({ components: [component({ image: "example.net/web:bad", env: { ROUND: String(round) } })] });
      await world.reported("web", (r) => r.failure?.generation === round + 2);
    }
    await world.clock.advance(1_000);
    await endsByItself(world, 137);
    await world.clock.advance(10_000);
    const told = world
      .events("drift-opened", "drift-closed", "flapping")
      .filter((e) => e.data?.["drift"] !== "outdated");
    assert.deepEqual(
      told.map(({ kind }) => kind),
      ["drift-opened", "drift-closed"],
    );
  });
});
