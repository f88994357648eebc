/** A component that gets another name: what ran under the old one goes when the new one is up, and not before. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { component } from "../../../helpers/builders.ts";
import { AgentWorld } from "../../../twin/agent-world.ts";

const ports = [{ hostPort: 80, containerPort: 80, protocol: "tcp" }] as const;
const volumes = [{ kind: "volume", source: "data", target: "/data", readOnly: false, options: [] }] as const;
const NEEDS = { nothing: {}, "a host port": { ports }, "a volume that it writes": { volumes } } as const;

/** Waits for the failure of generation 2, and for what follows from it. */
async function failed(world: AgentWorld): Promise<void> {
  await world.reported("web", (r) => r.failure?.generation === 2);
  await world.clock.advance(120_000);
}

describe("a component with a new name", () => {
  for (const [what, needs] of Object.entries(NEEDS)) {
    it(`that needs ${what} leaves the old one serving when its image cannot be pulled`, async (t) => {
      const world = new AgentWorld(t);
      await world.start();
      await world.deployed({ components: [component({ name: "api", ...needs })] });
      world.deploy({ components: [component({ name: "site", image: "example.net/web:nowhere", ...needs })] });
      await failed(world);
      assert.deepEqual(world.containers(), ["web-api running"]);
      assert.equal(world.serving("api").starts, 1, "it served all the time");
    });

    it(`that needs ${what} leaves the old one serving when it ends at once`, async (t) => {
      const world = new AgentWorld(t);
      world.runtime.provide("example.net/web:bad", { exitCode: 1 });
      await world.start();
      await world.deployed({ components: [component({ name: "api", ...needs })] });
      const bad = component({ name: "site", image: "example.net/web:bad", restart: { policy: "no" }, ...needs });
      world.deploy({ components: [bad] });
      await failed(world);
      assert.deepEqual(world.containers(), ["web-api running"]);
    });

    it(`that needs ${what} replaces the old one`, async (t) => {
      const world = new AgentWorld(t);
      await world.start();
      await world.deployed({ components: [component({ name: "api", ...needs })] });
      const site = component({ name: "site", minUpMs: 1_000, ...needs });
      await world.deployed({ components: [site] });
      assert.deepEqual(world.containers(), ["web-site running"]);
      assert.deepEqual(world.events("deploy-failed"), []);
    });
  }

  it("that shares nothing with the old one is up before that is stopped", async (t) => {
    const world = new AgentWorld(t);
    await world.start();
    await world.deployed();
    world.deploy({ components: [component({ name: "site", minUpMs: 5_000 })] });
    await world.reported("web", (r) => r.steps.some(({ step, generation }) => step === "wait" && generation === 2));
    assert.deepEqual(world.containers(), ["web-api running", "web-site running"]);
    await world.reported("web", (r) => r.state === "converged" && r.appliedGeneration === 2);
    assert.deepEqual(world.containers(), ["web-site running"]);
  });
});
