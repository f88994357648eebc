/** `mcp purge` on real nodes: what nobody wants goes, what runs stays unless told to. */
import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { type Fleet, oneComponent, SKIP, startFleet } from "../helpers/e2e-fleet.ts";
import { eventually } from "../helpers/eventually.ts";
import { running } from "../helpers/fleet-node.ts";
import { suiteScope } from "../helpers/scope.ts";

describe("purge", { skip: SKIP }, () => {
  const fleet = {} as Fleet;
  const scope = suiteScope();
  const forget = (service: string) => rm(join(fleet.alice.servicesDir, `${service}.toml`));

  before(async () => {
    Object.assign(fleet, await startFleet(scope));
    const { alice, rift, images } = fleet;
    for (const service of ["web", "old", "busy"]) {
      await alice.define(service, oneComponent(service, images["hello:v1"]));
      assert.equal((await alice.mcp("deploy", service)).code, 0);
    }
    assert.equal((await alice.mcp("stop", "old")).code, 0);
    for (const service of ["old", "busy"]) await forget(service);
    const labels = ["--label", "mcp.node=rift", "--label", "mcp.service=lost", "--label", "mcp.component=api"];
    await rift.podman.podman(
      "create",
      "--name",
      "lost-api",
      "--volume",
      "lost-data:/data",
      ...labels,
      images["hello:v1"],
    );
    await rift.podman.podman("run", "--detach", "--name", "lost-web", ...labels, images["hello:v1"]);
  });

  it("--dry-run shows what would go and what stays, and does nothing", async () => {
    const { alice, rift } = fleet;
    const { code, stdout, stderr } = await alice.mcp("purge", "--dry-run");
    assert.equal(code, 0, stderr);
    assert.deepEqual(stdout.trimEnd().split("\n").toSorted(), [
      "remove lost-api on rift (created): no desired state of lost was ever accepted here",
      "retire old@rift (generation 2): no definition here names it, and none of its containers is running",
    ]);
    assert.match(stderr, /kept: busy@rift: api is running/);
    assert.match(stderr, /kept: lost-web on rift \(running\): .*only with --running/);
    const { output } = await alice.json("purge-output", "purge", "--dry-run");
    assert.deepEqual([output.dryRun, output.results, output.silent], [true, [], []]);
    assert.ok((await rift.inspect("old-api")) !== undefined && (await rift.inspect("lost-api")) !== undefined);
  });

  it("refuses without --yes where nobody can be asked, and leaves everything", async () => {
    const { alice, rift } = fleet;
    const { code, error } = await alice.fails("purge");
    assert.deepEqual([code, error.code], [2, "E_UNCONFIRMED"]);
    assert.ok((await rift.inspect("lost-api")) !== undefined);
  });

  it("takes away what it showed, keeping volumes, and tells it as events", async () => {
    const { alice, rift } = fleet;
    const { code, output, stderr } = await alice.json("purge-output", "purge", "--yes", "-m", "tidying up");
    assert.equal(code, 0, stderr);
    assert.deepEqual(
      [output.containers.map(({ name }) => name), output.results.map(({ service, outcome }) => [service, outcome])],
      [["lost-api"], [["old", "converged"]]],
    );
    assert.deepEqual([await rift.inspect("old-api"), await rift.inspect("lost-api")], [undefined, undefined]);
    assert.match(await rift.podman.podman("volume", "ls", "--quiet"), /^lost-data$/m);
    for (const name of ["web-api", "busy-api", "lost-web"]) await running(rift, name);
    const told = async () => (await alice.mcp("events", "--kind", "orphan-removed")).stdout;
    await eventually(async () => new RegExp(`lost-api: an orphan, removed by ${alice.author}`).test(await told()), {
      what: "the removal is told",
    });
    assert.match((await alice.mcp("history", "old")).stdout, /purge: tidying up/);
    assert.match((await alice.mcp("purge", "--yes")).stdout, /^nothing to purge$/m);
  });

  it("takes away what runs when it is told to", async () => {
    const { alice, rift } = fleet;
    assert.equal((await alice.mcp("purge", "--running", "--yes")).code, 0);
    assert.equal(await rift.inspect("lost-web"), undefined);
    await running(rift, "busy-api");
    const { code, stdout } = await alice.mcp("purge", "busy", "--running", "--yes");
    assert.equal(code, 0);
    assert.match(stdout, /^busy@rift: removed in /m);
    assert.equal(await rift.inspect("busy-api"), undefined);
    await running(rift, "web-api");
  });

  it("leaves what a node that is not there may run, and names what it does not know", async () => {
    const { alice, orion, images } = fleet;
    await alice.define("far", oneComponent("far", images["hello:v1"], "", "orion"));
    assert.equal((await alice.mcp("deploy", "far")).code, 0);
    assert.equal((await alice.mcp("stop", "far")).code, 0);
    await forget("far");
    orion.agent.pause();
    try {
      const { code, stdout, stderr } = await alice.mcp("purge", "--yes");
      assert.equal(code, 0);
      assert.match(stdout, /^nothing to purge$/m);
      assert.match(stderr, /unknown orphans on orion/);
    } finally {
      orion.agent.resume();
    }
    assert.equal((await alice.fails("purge", "fra")).code, 3);
    assert.equal((await fleet.bob.fails("purge")).code, 3, "without definitions everything would look unwanted");
  });
});
