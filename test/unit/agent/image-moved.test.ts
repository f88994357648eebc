/** A tag that names another image now: told while it lasts, never acted on, and no reason to call a service degraded. */
import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import type { ObservedService } from "../../../src/schemas/service/observed.ts";
import { component } from "../../helpers/builders.ts";
import { AgentWorld } from "../../twin/agent-world.ts";

const REFERENCE = "example.net/web:v1";
const TEN_SWEEPS_MS = 13 * 60_000;
const NEVER = new AbortController().signal;
const OLD = "a".repeat(64);
const NEW = "b".repeat(64);

const hasMoved = ({ drift }: ObservedService) => drift.some(({ kind }) => kind === "image-moved");

/** The tag comes to name this image, and somebody pulls it. */
async function move(world: AgentWorld, id: string): Promise<void> {
  world.runtime.provide(REFERENCE, { id });
  await world.runtime.pull(REFERENCE, () => undefined, NEVER);
}

async function moved(t: TestContext): Promise<AgentWorld> {
  const world = new AgentWorld(t);
  world.runtime.provide(REFERENCE, { id: OLD });
  await world.start();
  await world.deployed();
  await move(world, NEW);
  await world.clock.until(() => hasMoved(world.bus.report("web") as ObservedService), { withinMs: TEN_SWEEPS_MS });
  return world;
}

const told = (world: AgentWorld) =>
  world
    .events("drift-opened", "drift-closed")
    .filter(({ data }) => data?.["drift"] === "image-moved")
    .map(({ kind }) => kind);

describe("a tag that names another image now", () => {
  it("is told with both images, and the container serves on as converged", async (t) => {
    const world = await moved(t);
    const before = world.serving().id;
    await world.clock.advance(TEN_SWEEPS_MS);
    const report = world.bus.report("web");
    assert.equal(report?.state, "converged");
    assert.deepEqual(
      report?.drift.map(({ kind, containerName, differences }) => ({ kind, containerName, differences })),
      [
        {
          kind: "image-moved",
          containerName: "web-api",
          differences: [{ field: "image", want: NEW.slice(0, 12), have: OLD.slice(0, 12) }],
        },
      ],
    );
    assert.equal(world.serving().id, before);
    assert.deepEqual(told(world), ["drift-opened"]);
  });

  it("closes when the tag moves back", async (t) => {
    const world = await moved(t);
    await move(world, OLD);
    await world.clock.until(() => world.bus.report("web")?.drift.length === 0, { withinMs: TEN_SWEEPS_MS });
    assert.deepEqual(told(world), ["drift-opened", "drift-closed"]);
  });

  it("closes when the container is replaced, and does not come back by what was seen of the old one", async (t) => {
    const world = await moved(t);
    await world.deployed({ components: [component({ env: { A: "1" } })] });
    assert.deepEqual(world.bus.report("web")?.drift, []);
    await world.clock.advance(TEN_SWEEPS_MS);
    assert.deepEqual(told(world), ["drift-opened", "drift-closed"]);
  });

  it("stays open over a restart of the agent, without being told again", async (t) => {
    const world = new AgentWorld(t);
    world.runtime.provide(REFERENCE, { id: OLD });
    const agent = await world.start();
    await world.deployed();
    await move(world, NEW);
    await world.clock.until(() => hasMoved(world.bus.report("web") as ObservedService), { withinMs: TEN_SWEEPS_MS });
    await agent.stop();
    await world.start();
    await world.clock.advance(TEN_SWEEPS_MS);
    assert.ok(hasMoved(world.bus.report("web") as ObservedService));
    assert.deepEqual(told(world), ["drift-opened"]);
  });

  it("costs one question for each distinct image, every tenth sweep, and none for a digest", async (t) => {
    const world = new AgentWorld(t);
    await world.start();
    const digest = `example.net/web@sha256:${"c".repeat(64)}`;
    world.runtime.provide(digest);
    const components = [component(), component({ name: "worker" }), component({ name: "fixed", image: digest })];
    await world.deployed({ components });
    await world.deployed({ name: "shop", components: [component({ image: "example.net/web:v2" })] });
    await world.clock.advance(73_000);
    assert.equal(world.runtime.calls.imageId, 2);
    await world.clock.advance(5 * 60_000);
    assert.equal(world.runtime.calls.imageId, 2);
    await world.clock.advance(8 * 60_000);
    assert.equal(world.runtime.calls.imageId, 4);
  });

  it("is nothing that a runtime which does not answer can open or close", async (t) => {
    const world = await moved(t);
    world.runtime.fail("imageId", "hangs", 1_000);
    await world.clock.advance(2 * TEN_SWEEPS_MS);
    assert.deepEqual(told(world), ["drift-opened"]);
  });

  it("is not looked for where drift is ignored", async (t) => {
    const world = new AgentWorld(t);
    world.runtime.provide(REFERENCE, { id: OLD });
    await world.start();
    await world.deployed({ drift: "ignore" });
    await move(world, NEW);
    await world.clock.advance(2 * TEN_SWEEPS_MS);
    assert.deepEqual(world.bus.report("web")?.drift, []);
  });
});
