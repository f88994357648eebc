/** Containers whose settings somebody changes behind the agent's back: found by the next sweep at the latest, and replaced. */
import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import type { ComponentSpec } from "../../../../src/schemas/service/spec.ts";
import { component } from "../../../helpers/builders.ts";
import { AgentWorld } from "../../../twin/agent-world.ts";
import type { Changes } from "../../../twin/fake-engine.ts";

const shop = component({ network: "shop", memoryBytes: 104_857_600 });
const SWEEP_MS = 73_000;

async function deployed(t: TestContext, own: ComponentSpec = shop, drift: "repair" | "report" = "repair") {
  const world = new AgentWorld(t);
  await world.start();
  await world.deployed({ drift, components: [own] });
  await world.clock.advance(5_000);
  return world;
}

describe("a running container", () => {
  const changes: Record<string, Changes> = {
    "was disconnected from its network": { network: undefined },
    "got another memory limit": { memoryBytes: 1_048_576 },
    "lost its limit": { memoryBytes: undefined },
    "got another restart policy": { restart: { policy: "no" } },
  };

  for (const [title, change] of Object.entries(changes)) {
    it(`that ${title} is drift, and replaced`, async (t) => {
      const world = await deployed(t);
      const { id } = world.serving();
      world.runtime.change(id, change);
      await world.clock.until(() => world.events("drift-opened").length > 0, { withinMs: SWEEP_MS });
      assert.equal(world.events("drift-opened")[0]?.data?.["drift"], "outdated");
      await world.clock.until(() => world.events("drift-closed").length > 0);
      assert.notEqual(world.serving().id, id);
      assert.equal(world.bus.report("web")?.state, "converged");
    });
  }

  it("of drift = report is reported as degraded, and left", async (t) => {
    const world = await deployed(t, shop, "report");
    const { id } = world.serving();
    world.runtime.change(id, { network: undefined });
    const report = await world.reported("web", (r) => r.state === "degraded");
    assert.deepEqual(report.drift[0]?.differences, [{ field: "network", want: "shop", have: "(none)" }]);
    await world.clock.advance(600_000);
    assert.equal(world.serving().id, id);
  });

  it("that stays as it is costs one inspection in each sweep, and none in other passes", async (t) => {
    const world = await deployed(t);
    const before = world.runtime.calls.inspect;
    for (let round = 0; round < 10; round++) await world.bus.request("rift", { verb: "ps" });
    assert.equal(world.runtime.calls.inspect, before);
    await world.clock.advance(10 * SWEEP_MS);
    assert.ok(world.runtime.calls.inspect - before <= 16, `${world.runtime.calls.inspect - before}`);
    assert.deepEqual(world.events("drift-opened"), []);
  });

  it("that has more variables than its spec, from its image, is no drift", async (t) => {
    const world = await deployed(t);
    world.runtime.change(world.serving().id, { env: { ...shop.env, ADDED: "by the image" } });
    await world.clock.advance(2 * SWEEP_MS);
    assert.deepEqual(world.events("drift-opened"), []);
  });
});
