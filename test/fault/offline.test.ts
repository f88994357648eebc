/** A node that is not there: intent is taken, shown as pending with its age, and applied on return, the newest only. */
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { type Fleet, oneComponent, SKIP, startFleet } from "../helpers/e2e-fleet.ts";
import { eventually } from "../helpers/eventually.ts";
import { running } from "../helpers/fleet-node.ts";
import { assertJsonLines } from "../helpers/json-shape.ts";
import { suiteScope } from "../helpers/scope.ts";

describe("a node that is offline", { skip: SKIP }, () => {
  const fleet = {} as Fleet;
  const scope = suiteScope();

  before(async () => {
    Object.assign(fleet, await startFleet(scope));
    await fleet.alice.define("web", oneComponent("web", fleet.images["hello:v1"]));
    assert.equal((await fleet.alice.mcp("deploy", "web")).code, 0);
    assert.equal((await fleet.rift.agent.stop()).code, 0);
  });

  it("takes no change now: exit 7, and the message says that it will", async () => {
    const { alice, images } = fleet;
    for (const label of ["one", "two", "three"]) {
      await alice.define("web", oneComponent("web", images["hello:v2"], `labels = { round = "${label}" }`));
      const { code, output } = await alice.json("change-output", "deploy", "web");
      assert.equal(code, 7);
      assert.equal(output.results[0]?.outcome, "pending");
      assert.match(
        output.results[0]?.message ?? "",
        /last seen .* ago\): generation \d will be applied when (it|rift) is back/,
      );
    }
  });

  it("is shown as pending with its age, and --check exits 8", async () => {
    const { alice } = fleet;
    const { code, output } = await alice.json("status-output", "status", "web", "--check");
    assert.equal(code, 8);
    const [service] = output.services;
    assert.deepEqual([service?.state, service?.desired?.generation, service?.acceptedGeneration], ["pending", 4, 1]);
    assert.ok((service?.pendingMs ?? -1) >= 0);
    assert.deepEqual(
      output.absent.map(({ node, liveness }) => [node, liveness]),
      [["rift", "left"]],
    );
    const text = await alice.mcp("status");
    assert.match(text.stdout, /pending/);
    assert.match(text.stdout, /generation 4 will be applied when it is back/);
    assert.match((await alice.mcp("ps")).stdout, /^1 node answered, 1 silent: rift \(last seen /m);
  });

  it("cannot be asked: restart and logs exit 6, and nothing is left behind for later", async () => {
    const { alice } = fleet;
    const restart = await alice.fails("restart", "web");
    assert.deepEqual([restart.code, restart.error.code], [6, "E_NODE_UNREACHABLE"]);
    const logs = await alice.fails("logs", "web");
    assert.deepEqual([logs.code, logs.error.code, logs.stdout], [6, "E_NODE_UNREACHABLE", ""]);
  });

  it("does not hold up the others", async () => {
    const { alice, images, orion } = fleet;
    const text = oneComponent("both", images["hello:v1"]).replace('node = "rift"', 'nodes = ["rift", "orion"]');
    await alice.define("both", text);
    const { code, output } = await alice.json("change-output", "deploy", "both");
    assert.equal(code, 7, "one of them is still to come; nothing failed");
    const outcomes = Object.fromEntries(output.results.map(({ node, outcome }) => [node, outcome]));
    assert.deepEqual(outcomes, { rift: "pending", orion: "converged" });
    await running(orion, "both-api");
  });

  it("applies the newest state when it is back, and only that", async () => {
    const { alice, rift } = fleet;
    await rift.agent.start();
    await eventually(async () => (await alice.mcp("status", "--check")).code === 0, {
      what: "converged",
      intervalMs: 200,
    });
    assert.equal((await running(rift, "web-api")).Config.Labels["round"], "three");
    await running(rift, "both-api");
    const events = await alice.mcp(
      "events",
      "--service",
      "web",
      "--node",
      "rift",
      "--kind",
      "desired-accepted",
      "--json",
    );
    const generations = assertJsonLines("events-output", events.stdout.trimEnd().split("\n")).map((e) => e.generation);
    assert.deepEqual(generations, [1, 4]);
  });
});
