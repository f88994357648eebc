/** `mcp node prune` on real podman: what it leaves is enough to roll back without a registry. */
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { type Fleet, oneComponent, SKIP, startFleet } from "../helpers/e2e-fleet.ts";
import { eventually } from "../helpers/eventually.ts";
import { running } from "../helpers/fleet-node.ts";
import { suiteScope } from "../helpers/scope.ts";

describe("node prune", { skip: SKIP }, () => {
  const fleet = {} as Fleet;
  const scope = suiteScope();
  const versions = ["crasher:v1", "hello:v1", "hello:v2"] as const;
  const local = async () => (await fleet.rift.podman.podman("images", "--format", "{{.Repository}}:{{.Tag}}")).trim();

  before(async () => {
    Object.assign(fleet, await startFleet(scope, { agents: ["rift"] }));
    const { alice, rift, images } = fleet;
    for (const version of versions) {
      await alice.define("web", oneComponent("web", images[version]));
      await alice.mcp("deploy", "web"); // the crasher does not come up, and its image was pulled all the same
    }
    await rift.podman.podman("tag", images["hello:v1"], "example.org/stranger:1");
  });

  it("--dry-run shows what could go, and removes nothing", async () => {
    const { alice, images } = fleet;
    const before = await local();
    const { code, stdout, stderr } = await alice.mcp("node", "prune", "--keep", "2", "--dry-run");
    assert.equal(code, 0, stderr);
    assert.match(stdout, new RegExp(`^rift +${images["crasher:v1"]} +\\d`, "m"));
    assert.doesNotMatch(stdout, /hello/);
    assert.match(stderr, /dry run, nothing was removed/);
    const { output } = await alice.json("node-prune-output", "node", "prune", "rift", "--keep", "2", "--dry-run");
    assert.deepEqual(
      output.removed.map(({ references }) => references),
      [[images["crasher:v1"]]],
    );
    assert.equal(await local(), before);
    const unconfirmed = await alice.fails("node", "prune", "--keep", "2");
    assert.deepEqual([unconfirmed.code, unconfirmed.error.code], [2, "E_UNCONFIRMED"]);
  });

  it("removes what nothing needs, and tells it as an event", async () => {
    const { alice, images } = fleet;
    const { code, output, stderr } = await alice.json("node-prune-output", "node", "prune", "--keep", "2", "--yes");
    assert.equal(code, 0, stderr);
    assert.deepEqual(
      output.removed.map(({ references }) => references),
      [[images["crasher:v1"]]],
    );
    assert.doesNotMatch(await local(), /crasher/);
    const told = async () => (await alice.mcp("events", "--kind", "image-removed")).stdout;
    await eventually(async () => (await told()).includes(images["crasher:v1"]), { what: "the removal is told" });
    assert.match((await alice.mcp("node", "prune", "--keep", "2", "--yes")).stdout, /^nothing to prune$/m);
  });

  it("leaves what a rollback needs although the registry is gone", async () => {
    const { alice, rift, registry, images } = fleet;
    await registry.stop();
    const { code, stderr } = await alice.mcp("rollback", "web");
    assert.equal(code, 0, stderr);
    assert.equal((await running(rift, "web-api")).ImageName, images["hello:v1"]);
  });

  it("names a node that is unknown, and one that is silent", async () => {
    const { alice } = fleet;
    assert.equal((await alice.fails("node", "prune", "rfit", "--dry-run")).code, 3);
    assert.equal((await alice.mcp("node", "add", "orion")).code, 0);
    const { code, stderr } = await alice.mcp("node", "prune", "--dry-run");
    assert.equal(code, 0);
    assert.match(stderr, /no answer: orion/);
    assert.equal((await alice.fails("node", "prune", "orion", "--dry-run")).code, 6);
  });
});
