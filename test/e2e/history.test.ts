/** `mcp history` and `mcp rollback` on a real node. */
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { type Fleet, oneComponent, SKIP, startFleet } from "../helpers/e2e-fleet.ts";
import { running } from "../helpers/fleet-node.ts";
import { suiteScope } from "../helpers/scope.ts";

describe("history and rollback", { skip: SKIP }, () => {
  const fleet = {} as Fleet;
  const scope = suiteScope();

  before(async () => {
    Object.assign(fleet, await startFleet(scope, { agents: ["rift"] }));
    const { alice, images } = fleet;
    for (const version of ["v1", "v2"] as const) {
      await alice.define(
        "web",
        oneComponent("web", images[`hello:${version}`], `env = { TOKEN = "hunter-${version}" }`),
      );
      assert.equal((await alice.mcp("deploy", "web", "-m", `to ${version}`)).code, 0);
    }
  });

  it("history tells who wrote each generation, why and what it changed, without values of env", async () => {
    const { alice, images } = fleet;
    const { code, stdout, stderr } = await alice.mcp("history", "web");
    assert.deepEqual([code, stderr], [0, ""]);
    const [first = "", second = "", third = ""] = stdout.split(/^(?=generation )/m);
    assert.equal([first, second, third].filter((part) => part.startsWith("generation ")).length, 2);
    assert.match(stdout, new RegExp(`generation 2 .*${alice.author} .*deploy: to v2\\n`));
    assert.match(stdout, /components\.api\.image: .*hello:v1 → .*hello:v2/);
    assert.match(stdout, /components\.api\.env\.TOKEN/);
    assert.doesNotMatch(stdout, /hunter/);
    const { output } = await alice.json("history-output", "history", "web@rift", "-n", "1");
    assert.deepEqual(
      output.histories.map(({ node, entries }) => [node, entries.map(({ generation }) => generation)]),
      [["rift", [2]]],
    );
    const image = output.histories[0]?.entries[0]?.differences?.find(({ field }) => field.endsWith(".image"));
    assert.deepEqual([image?.have, image?.want], [images["hello:v1"], images["hello:v2"]]);
  });

  it("rollback runs the version before again as a new generation, and says that the file says otherwise", async () => {
    const { alice, rift, images } = fleet;
    const { code, stdout, stderr } = await alice.mcp("rollback", "web", "-m", "v2 loses sessions");
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^web@rift: converged in .* \(generation 3\)\n$/);
    assert.match(stderr, /web\.toml/);
    assert.equal((await running(rift, "web-api")).ImageName, images["hello:v1"]);
    const entry = (await alice.json("history-output", "history", "web")).output.histories[0]?.entries[0];
    assert.deepEqual([entry?.generation, entry?.command, entry?.message], [3, "rollback", "v2 loses sessions"]);
    assert.equal((await alice.mcp("plan", "web")).code, 10, "the definition still says v2");
  });

  it("rollback --to goes back to that generation, also of what was undeployed", async () => {
    const { alice, rift, images } = fleet;
    assert.equal((await alice.mcp("undeploy", "web", "--yes")).code, 0);
    const { code, output, stderr } = await alice.json("change-output", "rollback", "web@rift", "--to", "2");
    assert.equal(code, 0, stderr);
    assert.deepEqual(
      output.results.map(({ outcome, generation }) => [outcome, generation]),
      [["converged", 5]],
    );
    assert.equal((await running(rift, "web-api")).ImageName, images["hello:v2"]);
  });

  it("what is not there to go back to is refused, and nothing is written", async () => {
    const { alice } = fleet;
    for (const [args, expected] of [
      [
        ["rollback", "web", "--to", "77"],
        [3, "E_NOT_FOUND"],
      ],
      [
        ["rollback", "wep"],
        [3, "E_NOT_FOUND"],
      ],
      [
        ["rollback", "web", "--to", "none"],
        [2, "E_USAGE"],
      ],
      [
        ["history", "wep"],
        [3, "E_NOT_FOUND"],
      ],
      [
        ["history", "web/api"],
        [2, "E_USAGE"],
      ],
    ] as const) {
      const { code, error, stdout } = await alice.fails(...args);
      assert.deepEqual([code, error.code], expected, args.join(" "));
      assert.equal(stdout, "");
    }
    assert.equal((await alice.json("list-output", "list")).output.services[0]?.desired?.generation, 5);
  });

  it("rollback stops where somebody else wrote meanwhile", async () => {
    const { alice, bob, images } = fleet;
    await bob.define("web", oneComponent("web", images["hello:v1"]));
    assert.equal((await bob.mcp("deploy", "web", "--force")).code, 0);
    const { code, error } = await alice.fails("rollback", "web");
    assert.deepEqual([code, error.code], [4, "E_CONFLICT"]);
    assert.match(error.message, new RegExp(bob.author));
  });
});
