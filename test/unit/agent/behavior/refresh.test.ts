/** `pull = "always"`: each deploy asks the registry, also when the definition is unchanged; a moved tag replaces the container. */
import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { McpError } from "../../../../src/values/error.ts";
import { component } from "../../../helpers/builders.ts";
import { AgentWorld } from "../../../twin/agent-world.ts";

const REFERENCE = "example.net/web:v1";
const OLD = "a".repeat(64);
const NEW = "b".repeat(64);
const fresh = component({ pull: "always" });

async function deployed(t: TestContext, own = fresh): Promise<AgentWorld> {
  const world = new AgentWorld(t);
  world.runtime.provide(REFERENCE, { id: OLD });
  await world.start();
  await world.deployed({ components: [own] });
  return world;
}

describe('the next generation of a component with pull = "always"', () => {
  it("replaces the container when the tag names another image in the registry", async (t) => {
    const world = await deployed(t);
    const { id } = world.serving();
    world.runtime.provide(REFERENCE, { id: NEW });
    await world.deployed({ components: [fresh] });
    assert.notEqual(world.serving().id, id);
    assert.equal(world.serving().imageId, NEW);
    assert.equal(world.bus.report("web")?.appliedGeneration, 2);
    assert.deepEqual(world.events("drift-opened", "deploy-failed"), []);
  });

  it("leaves the container alone when the tag has not moved, and asks once", async (t) => {
    const world = await deployed(t);
    const { id } = world.serving();
    const { pull } = world.runtime.calls;
    await world.deployed({ components: [fresh] });
    await world.clock.advance(600_000);
    assert.deepEqual([world.serving().id, world.serving().starts, world.runtime.calls.pull - pull], [id, 1, 1]);
  });

  it("fails when the registry cannot be asked, while the container keeps running", async (t) => {
    const world = await deployed(t);
    const { id } = world.serving();
    world.runtime.fail("pull", new McpError("E_IMAGE", "registry unreachable"));
    world.deploy({ components: [fresh] });
    const report = await world.reported("web", (r) => r.failure?.generation === 2);
    assert.deepEqual([report.failure?.code, report.failure?.previousServing], ["E_IMAGE", true]);
    assert.deepEqual([world.serving().id, world.serving().state], [id, "running"]);
  });

  it("is not asked for by a reboot, a start, or without a new generation", async (t) => {
    const world = await deployed(t);
    await world.deployed({ active: false, components: [fresh] }, "stopped");
    const { pull } = world.runtime.calls;
    world.deploy({ components: [fresh] }, { command: "start" });
    await world.reported("web", (r) => r.appliedGeneration === 3);
    const [agent] = world.agents;
    assert.ok(agent);
    await world.stop(agent);
    world.runtime.halt(world.serving().id);
    await world.store.setFact("machine-boot", "another boot");
    await world.start();
    await world.reported("web", (r) => r.state === "converged" && world.serving().state === "running");
    await world.clock.advance(600_000);
    assert.equal(world.runtime.calls.pull, pull);
  });

  it('does nothing of it with pull = "missing"', async (t) => {
    const world = await deployed(t, component());
    const { pull } = world.runtime.calls;
    world.runtime.provide(REFERENCE, { id: NEW });
    await world.deployed({ components: [component()] });
    assert.deepEqual([world.runtime.calls.pull, world.serving().imageId], [pull, OLD]);
  });
});

describe("an operator who asks which images have moved", () => {
  it("gets the components whose tag names another image now, and nothing is replaced", async (t) => {
    const world = await deployed(t);
    const { id } = world.serving();
    const ask = async () => {
      const replies = await world.bus.request("rift", { verb: "moved-images", service: "web" });
      return replies.flatMap(({ body }) => (body?.verb === "moved-images" ? body.moved : []));
    };
    assert.deepEqual(await ask(), []);
    world.runtime.provide(REFERENCE, { id: NEW });
    assert.deepEqual(await ask(), [{ component: "api", image: REFERENCE, have: OLD, want: NEW }]);
    assert.equal(world.serving().id, id);
    world.runtime.fail("pull", new McpError("E_IMAGE", "registry unreachable"));
    const [failed] = await world.bus.request("rift", { verb: "moved-images", service: "web" });
    assert.equal(failed?.error?.code, "E_IMAGE");
  });
});
