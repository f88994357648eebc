/** While the store cannot be written the presence says so; when it can be again, everything that waited is done at once. */
import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { component, NODE } from "../../../helpers/builders.ts";
import { failingStore } from "../../../helpers/failing-store.ts";
import { AgentWorld } from "../../../twin/agent-world.ts";

const ALWAYS = 1_000_000;
/** Shorter than the shortest sweep, which would find everything too. */
const SOON_MS = 10_000;
const v2 = { components: [component({ image: "example.net/web:v2" })] };

async function fullWorld(t: TestContext) {
  const world = new AgentWorld(t);
  const disk = failingStore(world.store);
  const storeDisk = async () => ({ diskFreeBytes: 4_096 });
  await world.start({ store: disk.store, storeDisk });
  await world.deployed();
  disk.failAt(1, ALWAYS);
  return { world, makeRoom: () => disk.failAt(1, 0), problem: () => world.bus.presence.at(-1)?.storeProblem };
}

describe("a full disk", () => {
  it("is in the presence as soon as a write has failed, with the free space, until there is room", async (t) => {
    const { world, makeRoom, problem } = await fullWorld(t);
    assert.equal(problem(), undefined);
    world.deploy(v2);
    const found = await world.clock.until(problem, { withinMs: 1_000 });
    assert.match(found.message, /cannot write to the store/);
    assert.equal(found.freeBytes, 4_096);
    assert.ok(found.hint.length > 0);
    await world.clock.advance(30_000);
    assert.equal(problem()?.since, found.since);
    makeRoom();
    await world.clock.until(() => problem() === undefined, { withinMs: SOON_MS });
  });

  it("delays a deploy until there is room, and not until the next sweep", async (t) => {
    const { world, makeRoom, problem } = await fullWorld(t);
    world.deploy(v2);
    await world.clock.until(problem, { withinMs: 1_000 });
    makeRoom();
    await world.clock.until(() => world.bus.report("web")?.accepted?.generation === 2, { withinMs: SOON_MS });
    await world.reported("web", (r) => r.state === "converged" && r.appliedGeneration === 2);
    assert.equal(world.events("sweep-found").length, 0);
  });

  it("delays events of what has happened, and loses none", async (t) => {
    const { world, makeRoom } = await fullWorld(t);
    world.runtime.images.set("example.net/old:v1", { id: "0".repeat(64) });
    const references = ["example.net/old:v1"];
    const images = await world.runtime.listImages(new AbortController().signal);
    const id = images.find((image) => image.references[0] === references[0])?.id ?? "";
    const [reply] = await world.bus.request(NODE, { verb: "remove-image", id, references });
    assert.equal(reply?.body?.verb, "done", JSON.stringify(reply));
    await world.clock.advance(5_000);
    assert.equal(world.events("image-removed").length, 0);
    makeRoom();
    await world.clock.until(() => world.events("image-removed").length > 0, { withinMs: SOON_MS });
    await world.clock.advance(120_000);
    assert.equal(world.events("image-removed").length, 1);
  });

  it("at the start of the agent does not lose the event of the start", async (t) => {
    const world = new AgentWorld(t);
    const disk = failingStore(world.store);
    disk.failAt(1, 3);
    await world.start({ store: disk.store });
    await world.clock.until(() => world.events("agent-started").length > 0, { withinMs: 30_000 });
  });
});
