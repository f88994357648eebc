/** `mcp sync` on two real nodes, one of which comes late. */
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { type Fleet, oneComponent, SKIP, startFleet } from "../helpers/e2e-fleet.ts";
import { eventually } from "../helpers/eventually.ts";
import { running } from "../helpers/fleet-node.ts";
import { suiteScope } from "../helpers/scope.ts";

const NOTHING = { created: 0, updated: 0, unchanged: 0, conflict: 0, retired: 0, refused: 0, pending: 0 };

describe("sync", { skip: SKIP }, () => {
  const fleet = {} as Fleet;
  const scope = suiteScope();

  before(async () => {
    Object.assign(fleet, await startFleet(scope, { agents: ["rift"] }));
    const { alice, images } = fleet;
    const both = oneComponent("both", images["hello:v1"]).replace('node = "rift"', 'nodes = ["rift", "orion"]');
    await alice.define("both", both);
    assert.equal((await alice.mcp("node", "add", "orion")).code, 0);
    await alice.define("web", oneComponent("web", images["hello:v1"]));
  });

  it("--dry-run shows what would be written, and writes nothing", async () => {
    const { alice, rift } = fleet;
    const { code, output, stderr } = await alice.json("sync-output", "sync", "--dry-run");
    assert.equal(code, 0, stderr);
    assert.deepEqual(output.total, { ...NOTHING, created: 3, pending: 1 });
    assert.equal(output.dryRun, true);
    assert.match((await alice.mcp("sync", "--dry-run")).stdout, /^dry run, nothing was written: 3 created on 2 nodes/m);
    assert.deepEqual((await alice.json("list-output", "list")).output.services, []);
    assert.equal(await rift.inspect("web-api"), undefined);
  });

  it("puts every definition on the bus, and tells which nodes are not there to take it", async () => {
    const { alice, rift } = fleet;
    const { code, stdout, stderr } = await alice.mcp("sync", "-m", "all of it");
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^orion +1 +0 +0 +1 +0 +0 +0$/m);
    assert.match(stdout, /^rift +2 +0 +0 +0 +0 +0 +0$/m);
    assert.match(stdout, /^3 created on 2 nodes in /m);
    assert.match(stdout, /^1 pending: orion was never seen; applied when back$/m);
    for (const name of ["both-api", "web-api"]) await running(rift, name);
    const states = async () => {
      const { output } = await alice.json("status-output", "status", "both");
      return output.services.map(({ node, state }) => `${node} ${state}`).toSorted();
    };
    const are = async () => `${await states()}` === "orion pending,rift converged";
    await eventually(are, { what: "orion is waited for, rift has converged" });
  });

  it("again writes nothing; a node that comes takes the newest state", async () => {
    const { alice, orion, images } = fleet;
    const again = await alice.json("sync-output", "sync");
    assert.deepEqual(again.output.total, { ...NOTHING, unchanged: 3, pending: 1 });
    const both = oneComponent("both", images["hello:v2"]).replace('node = "rift"', 'nodes = ["rift", "orion"]');
    await alice.define("both", both);
    const changed = await alice.json("sync-output", "sync", "--node", "orion");
    assert.deepEqual(changed.output.total, { ...NOTHING, updated: 1, pending: 1 });
    await orion.agent.start();
    const container = await running(orion, "both-api");
    assert.equal(container.ImageName, images["hello:v2"]);
    assert.equal((await alice.mcp("sync")).code, 0);
  });

  it("one broken definition does not stop the others; exit 8 names it, and strangers are listed", async () => {
    const { alice, rift, images } = fleet;
    await rift.podman.podman("run", "--detach", "--name", "stray", images["hello:v1"]);
    const isTold = async () => {
      const { output } = await alice.json("node-show-output", "node", "show", "rift");
      return output.node.presence?.undeclared === 1;
    };
    await eventually(isTold, { what: "the node tells of a container that nobody declared" });
    await alice.define("broken", 'name = "broken"\nnode = "rift"\nimage = 7\n');
    await alice.define("more", oneComponent("more", images["hello:v1"]));
    const { code, stdout, stderr } = await alice.mcp("sync");
    assert.equal(code, 8);
    assert.match(stdout, /^1 created, 3 unchanged on 2 nodes/m);
    assert.match(stderr, /^broken: .*broken\.toml:1:1: components: is missing/m);
    assert.match(stderr, /broken\.toml:3:1: image: is not a known key/);
    assert.match(stderr, /rift: container stray \(.*\) is unmanaged; left alone/);
    await running(rift, "more-api");
    await alice.define("broken", oneComponent("broken", images["hello:v1"]));
    const mended = await alice.json("sync-output", "sync");
    assert.equal(mended.code, 0);
    assert.deepEqual(
      mended.output.unmanaged.map(({ node, name }) => [node, name]),
      [["rift", "stray"]],
    );
    await rift.podman.podman("rm", "--force", "--time", "0", "stray");
  });

  it("what somebody else wrote is a conflict, left as it is", async () => {
    const { alice, bob, rift, images } = fleet;
    await bob.define("web", oneComponent("web", images["hello:v2"]));
    assert.equal((await bob.mcp("deploy", "web", "--force")).code, 0);
    const { code, output } = await alice.json("sync-output", "sync");
    assert.equal(code, 8);
    const [conflict] = output.results.filter(({ outcome }) => outcome === "conflict");
    assert.deepEqual([conflict?.service, conflict?.error?.code], ["web", "E_CONFLICT"]);
    assert.match(conflict?.error?.message ?? "", new RegExp(bob.author));
    assert.equal((await rift.demand("web-api")).ImageName, images["hello:v2"]);
  });

  it("a retired service stays so, a lost component is refused unless --prune", async () => {
    const { alice, rift, images } = fleet;
    assert.equal((await alice.mcp("undeploy", "more", "--yes")).code, 0);
    const two = `${oneComponent("pair", images["hello:v1"])}
[[components]]
name = "worker"
image = "${images["hello:v1"]}"
min_up = "200ms"
`;
    await alice.define("pair", two);
    assert.equal((await alice.mcp("deploy", "pair")).code, 0);
    await alice.define("pair", oneComponent("pair", images["hello:v1"]));
    const { code, stderr } = await alice.mcp("sync");
    assert.equal(code, 8);
    assert.match(stderr, /more@rift was undeployed and stays undeployed/);
    assert.match(stderr, /refused: .*pair.*worker/);
    await running(rift, "pair-worker");
    const pruned = await alice.json("sync-output", "sync", "--prune", "--force");
    assert.equal(pruned.code, 0, JSON.stringify(pruned.output.results));
    const isGone = async () => (await rift.inspect("pair-worker")) === undefined;
    await eventually(isGone, { what: "the component that the definition lost is gone" });
  });

  it("an unknown node is named with the nearest", async () => {
    const { code, error } = await fleet.alice.fails("sync", "--node", "orino");
    assert.equal(code, 3);
    assert.match(error.message, /"orion"/);
  });
});
