/** `mcp stop`, `start` and `restart`: what becomes of the containers, of the desired state and of the definition file. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { before, describe, it } from "node:test";
import { type Fleet, oneComponent, SKIP, startFleet } from "../helpers/e2e-fleet.ts";
import { running } from "../helpers/fleet-node.ts";
import { suiteScope } from "../helpers/scope.ts";

describe("stop, start and restart", { skip: SKIP }, () => {
  const fleet = {} as Fleet;
  const scope = suiteScope();
  const commented = (image: string) => `# our site\nname = "site"   # never rename\nnode = "rift"

[[components]] # the only one
name = "api"
image = "${image}" # pinned
min_up = "200ms"
`;

  before(async () => {
    Object.assign(fleet, await startFleet(scope));
    await fleet.alice.define("site", commented(fleet.images["hello:v1"]));
    assert.equal((await fleet.alice.mcp("deploy", "site")).code, 0);
  });

  it("stop sets active = false in the file, comments kept, and stops the container without removing it", async () => {
    const { alice, rift, images } = fleet;
    const old = await rift.demand("site-api");
    const { code, output, stderr } = await alice.json("change-output", "stop", "site");
    assert.equal(code, 0, stderr);
    assert.equal(output.results[0]?.outcome, "converged");
    assert.deepEqual(output.results[0]?.differences, [{ field: "active", want: "false", have: "true" }]);
    const now = await rift.demand("site-api");
    assert.deepEqual([now.Id, now.State.Running], [old.Id, false]);
    const lines = (await alice.definition("site")).split("\n");
    assert.deepEqual(
      lines.filter((line) => !line.startsWith("active")),
      commented(images["hello:v1"]).split("\n"),
    );
    assert.equal(lines.filter((line) => line === "active = false").length, 1);
    const status = await alice.mcp("status", "site", "--check");
    assert.equal(status.code, 0);
    assert.match(status.stdout, /stopped/);
  });

  it("stop again changes nothing and says so", async () => {
    const { code, stdout } = await fleet.alice.mcp("stop", "site");
    assert.equal(code, 0);
    assert.match(stdout, /^site@rift: nothing to change: generation 2 is stopped\n$/);
  });

  it("start brings the same container back and sets active = true in the file", async () => {
    const { alice, rift } = fleet;
    const old = await rift.demand("site-api");
    const { code, stdout, stderr } = await alice.mcp("start", "site");
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^site@rift: converged in .* \(generation 3\)\n$/);
    assert.equal((await running(rift, "site-api")).Id, old.Id);
    assert.match(await alice.definition("site"), /^active = true$/m);
    assert.equal((await alice.mcp("plan", "site")).code, 0, "file and desired state agree");
  });

  it("restart gives the container a new start and leaves desired state and file alone", async () => {
    const { alice, rift } = fleet;
    const old = await rift.demand("site-api");
    const file = await alice.definition("site");
    const { code, output } = await alice.json("restart-output", "restart", "site/api");
    assert.equal(code, 0);
    assert.deepEqual(output.restarted, [{ node: "rift", component: "api", containerId: old.Id }]);
    const now = await running(rift, "site-api");
    assert.equal(now.Id, old.Id);
    assert.notEqual(now.State.StartedAt, old.State.StartedAt);
    assert.equal(await alice.definition("site"), file);
    assert.equal((await alice.json("list-output", "list")).output.services[0]?.desired?.generation, 3);
    assert.match((await alice.mcp("restart", "site")).stdout, /^site\/api@rift restarted$/m);
  });

  it("a stopped service cannot be restarted", async () => {
    const { alice } = fleet;
    await alice.mcp("stop", "site");
    const { code, error } = await alice.fails("restart", "site");
    assert.deepEqual([code, error.code], [9, "E_NODE_FAILED"]);
    assert.match(error.hint, /mcp start site/);
    await alice.mcp("start", "site");
  });

  it("a definition that does not parse is never touched, and nothing is sent", async () => {
    const { alice, rift, images } = fleet;
    const broken = `${commented(images["hello:v1"])}[[components]\n`;
    const path = await alice.define("site", broken);
    const { code, error } = await alice.fails("stop", "site");
    assert.deepEqual([code, error.code], [2, "E_DEFINITION"]);
    assert.equal(await readFile(path, "utf8"), broken);
    assert.equal((await rift.demand("site-api")).State.Running, true);
    await alice.define("site", commented(images["hello:v1"]));
  });

  it("a workstation without the definition changes the desired state only, and says so", async () => {
    const { bob, alice, rift } = fleet;
    const stopped = await bob.mcp("stop", "site");
    assert.equal(stopped.code, 0, stopped.stderr);
    assert.match(stopped.stderr, /no definition of site .*desired state/);
    assert.equal((await rift.demand("site-api")).State.Running, false);
    assert.equal((await bob.mcp("start", "site")).code, 0);
    assert.equal((await alice.mcp("status", "site", "--check")).code, 0);
  });

  it("stop of a service on one of its nodes leaves the file and the other node alone", async () => {
    const { alice, rift, orion, images } = fleet;
    const text = oneComponent("pair", images["hello:v1"]).replace('node = "rift"', 'nodes = ["rift", "orion"]');
    await alice.define("pair", text);
    assert.equal((await alice.mcp("deploy", "pair")).code, 0);
    const { code, stderr } = await alice.mcp("stop", "pair@orion");
    assert.equal(code, 0, stderr);
    assert.match(stderr, /pair\.toml is not changed: it is for rift, orion/);
    assert.equal(await alice.definition("pair"), text);
    assert.equal((await rift.demand("pair-api")).State.Running, true);
    assert.equal((await orion.demand("pair-api")).State.Running, false);
    for (const command of ["deploy pair", "sync"]) {
      const again = await alice.mcp(...command.split(" "));
      assert.equal(again.code, 0, again.stderr);
      assert.match(again.stderr, /pair stays stopped on orion: .* stopped it on this node only/);
    }
    assert.equal((await orion.demand("pair-api")).State.Running, false);
    assert.match((await alice.mcp("list")).stdout, /^pair +orion +not here +2 +stopped /m);
    assert.equal((await alice.mcp("start", "pair@orion")).code, 0);
    await running(orion, "pair-api");
  });

  it("what is unknown is named with the nearest: service, component, node", async () => {
    const { alice } = fleet;
    for (const [args, pattern] of [
      [["stop", "siet"], /no service "siet".*"site"/],
      [["start", "pair@orino"], /not on node "orino".*"orion"/],
      [["restart", "site/apo"], /no component "apo".*"api"/],
      [["undeploy", "piar", "--yes"], /no service "piar".*"pair"/],
    ] as const) {
      const { code, error, stdout } = await alice.fails(...args);
      assert.equal(code, 3, args.join(" "));
      assert.equal(stdout, "");
      assert.match(error.message, pattern);
    }
    const component = await alice.fails("stop", "site/api");
    assert.deepEqual([component.code, component.error.code], [2, "E_USAGE"]);
  });

  it("undeploy of one node leaves the other serving; a retired service is deployed again as a new generation", async () => {
    const { alice, rift, orion } = fleet;
    const { code, output } = await alice.json("change-output", "undeploy", "pair@orion", "--yes");
    assert.equal(code, 0);
    assert.deepEqual(
      output.results.map(({ node, outcome }) => [node, outcome]),
      [["orion", "converged"]],
    );
    assert.equal(await orion.inspect("pair-api"), undefined);
    assert.equal((await rift.demand("pair-api")).State.Running, true);
    const again = await alice.fails("undeploy", "pair@orion", "--yes");
    assert.deepEqual([again.code, again.error.code], [3, "E_NOT_FOUND"]);
    const back = await alice.mcp("deploy", "pair");
    assert.equal(back.code, 0, back.stderr);
    await running(orion, "pair-api");
  });
});
