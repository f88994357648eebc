/** Containers of ours that nobody wants: listed, and removed by an operator's order alone. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { LABEL } from "../../../../src/schemas/service/labels.ts";
import type { ContainerState } from "../../../../src/schemas/service/observed.ts";
import { component, NODE } from "../../../helpers/builders.ts";
import type { Scope } from "../../../helpers/scope.ts";
import { AgentWorld } from "../../../twin/agent-world.ts";

const labels = (service: string, component = "api", node = NODE) => ({
  [LABEL.service]: service,
  [LABEL.component]: component,
  [LABEL.node]: node,
});

/** `web` runs as desired; `old-api` and `web-worker` are ours and nobody's, `far-api` is another node's. */
async function leftOvers(t: Scope) {
  const world = new AgentWorld(t);
  await world.start();
  await world.deployed();
  const add = (name: string, own: Readonly<Record<string, string>>) => world.runtime.addForeign(name, { labels: own });
  const ids = {
    old: add("old-api", labels("old")),
    worker: add("web-worker", { ...labels("web", "worker"), [LABEL.generation]: "99" }),
    far: add("far-api", labels("far", "api", "orion")),
    serving: world.serving().id,
  };
  const orphans = async () => {
    const replies = await world.bus.request(NODE, { verb: "orphans" });
    return replies.flatMap(({ body }) => (body?.verb === "orphans" ? body.containers : []));
  };
  const remove = async (containerId: string, state: ContainerState = "running") =>
    (await world.bus.request(NODE, { verb: "remove-orphan", containerId, state })).at(-1);
  return { world, ids, orphans, remove };
}

describe("containers that nobody declared", () => {
  it("are counted in the node's presence as they come and go", async (t) => {
    const world = new AgentWorld(t);
    await world.start();
    await world.deployed();
    const told = async (undeclared: number) =>
      await world.clock.until(() => world.bus.presence.at(-1)?.undeclared === undeclared);
    await told(0);
    const id = world.runtime.addForeign("by-hand", {});
    await told(1);
    await world.runtime.remove(id, t.signal);
    await told(0);
  });
});

describe("orphans", () => {
  it("are listed with the reason why nobody wants them", async (t) => {
    const { orphans } = await leftOvers(t);
    assert.deepEqual((await orphans()).map(({ name, reason }) => [name, reason]).toSorted(), [
      ["old-api", "no desired state of old was ever accepted here"],
      ["web-worker", "web has no component worker any more"],
    ]);
  });

  it("are removed by order, and told", async (t) => {
    const { world, ids, orphans, remove } = await leftOvers(t);
    assert.equal((await remove(ids.old))?.error, undefined);
    assert.equal(world.runtime.containers.has(ids.old), false);
    assert.equal((await remove(ids.worker))?.error, undefined);
    assert.deepEqual(await orphans(), []);
    await world.clock.settle();
    assert.deepEqual(
      world.events("orphan-removed").map(({ service, component, data }) => [service, component, data?.["container"]]),
      [
        ["old", "api", "old-api"],
        ["web", "worker", "web-worker"],
      ],
    );
    assert.equal((await remove(ids.old))?.error?.code, "E_NOT_FOUND");
  });

  it("are left alone when they are not as they were seen, and so is everything that is no orphan", async (t) => {
    const { world, ids, remove } = await leftOvers(t);
    world.runtime.halt(ids.old);
    assert.equal((await remove(ids.old, "running"))?.error?.code, "E_REFUSED");
    assert.equal((await remove(ids.old, "created"))?.error?.code, "E_REFUSED");
    assert.equal((await remove(ids.serving))?.error?.code, "E_REFUSED");
    assert.equal((await remove(ids.far))?.error?.code, "E_REFUSED");
    assert.equal((await remove(ids.old.slice(0, 12)))?.error?.code, "E_USAGE");
    for (const id of Object.values(ids)) assert.ok(world.runtime.containers.has(id));
  });

  it("are read again right before they are removed, and left alone when they changed", async (t) => {
    const { world, ids, remove } = await leftOvers(t);
    const { listIds } = world.runtime;
    world.runtime.listIds = async (wanted, signal) => {
      const listed = await listIds.call(world.runtime, wanted, signal);
      if (wanted.includes(ids.old)) world.runtime.halt(ids.old); // somebody stops it after the first reading
      return listed;
    };
    assert.equal((await remove(ids.old))?.error?.code, "E_REFUSED");
    assert.ok(world.runtime.containers.has(ids.old));
    assert.equal(world.events("orphan-removed").length, 0);
  });

  it("that became wanted meanwhile are left alone", async (t) => {
    const { world, ids, remove } = await leftOvers(t);
    world.deploy({ name: "old", components: [component()] });
    await world.reported("old", () => true);
    assert.match((await remove(ids.old))?.error?.code ?? "", /^E_(REFUSED|NOT_FOUND)$/);
    assert.deepEqual(world.events("orphan-removed"), []);
  });
});
