/** Images of a node, listed and removed by an operator's order alone. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { component, NODE } from "../../../helpers/builders.ts";
import type { Scope } from "../../../helpers/scope.ts";
import { AgentWorld } from "../../../twin/agent-world.ts";

const image = (version: string) => `example.net/web:${version}`;

/** `web` was made from v1 and runs v2 now. */
async function world(t: Scope) {
  const node = new AgentWorld(t);
  await node.start();
  for (const version of ["v1", "v2"]) await node.deployed({ components: [component({ image: image(version) })] });
  const images = async () => {
    const replies = await node.bus.request(NODE, { verb: "images" });
    return replies.flatMap(({ body }) => (body?.verb === "images" ? body.images : []));
  };
  const idOf = async (name: string) => (await images()).find(({ references }) => references.includes(name))?.id ?? "";
  const remove = async (name: string, references: readonly string[] = [name]) =>
    (await node.bus.request(NODE, { verb: "remove-image", id: await idOf(name), references })).at(-1)?.error?.code;
  return { node, images, idOf, remove };
}

describe("images of a node", () => {
  it("are listed with the containers that were made from them", async (t) => {
    const { images } = await world(t);
    const used = (await images()).map(({ references, usedBy }) => [references[0], usedBy]);
    assert.deepEqual(used.toSorted(), [
      [image("v1"), []],
      [image("v2"), ["web-api"]],
    ]);
  });

  it("are removed by order when nothing needs them, and told", async (t) => {
    const { node, images, remove } = await world(t);
    assert.equal(await remove(image("v1")), undefined);
    assert.equal((await images()).length, 1);
    await node.clock.settle();
    const [event] = node.events("image-removed");
    assert.deepEqual([event?.data?.["image"], event?.author], [image("v1"), "alice@laptop"]);
    assert.equal(await remove(image("v1")), "E_NOT_FOUND");
  });

  it("are left alone when a container or an accepted state needs them, or they have other names now", async (t) => {
    const { node, images, remove } = await world(t);
    assert.equal(await remove(image("v2")), "E_REFUSED");
    assert.equal(await remove(image("v1"), [image("v1"), "example.net/web:latest"]), "E_REFUSED");
    node.deploy({ name: "other", active: false, components: [component({ name: "x", image: image("v1") })] });
    await node.reported("other", () => true);
    assert.equal(await remove(image("v1")), "E_REFUSED");
    assert.equal((await images()).length, 2);
  });
});
