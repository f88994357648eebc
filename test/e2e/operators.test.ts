/** Several operators on one bus: nobody overwrites what he has not seen, the loser learns who, when and what. */
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { type Fleet, oneComponent, SKIP, startFleet } from "../helpers/e2e-fleet.ts";
import { eventually } from "../helpers/eventually.ts";
import { running } from "../helpers/fleet-node.ts";
import { suiteScope } from "../helpers/scope.ts";

interface ConflictDetails {
  readonly author: string;
  readonly at: string;
  readonly generation: number;
  readonly differences: readonly { readonly field: string; readonly want: string; readonly have: string }[];
}

describe("two workstations", { skip: SKIP }, () => {
  const fleet = {} as Fleet;
  const scope = suiteScope();
  const greeting = (service: string, text: string) =>
    oneComponent(service, fleet.images["hello:v1"], `labels = { greeting = "${text}" }`);

  before(async () => {
    Object.assign(fleet, await startFleet(scope, { agents: ["rift"] }));
  });

  it("do not overwrite each other: the second learns who, when and which fields, exit 4", async () => {
    const { alice, bob, rift } = fleet;
    await alice.define("web", greeting("web", "from alice"));
    await bob.define("web", greeting("web", "from bob"));
    assert.equal((await alice.mcp("deploy", "web", "-m", "first")).code, 0);
    const refused = await bob.fails("deploy", "web");
    assert.deepEqual([refused.code, refused.error.code, refused.stdout], [4, "E_CONFLICT", ""]);
    assert.ok(refused.error.message.includes(`${alice.author} wrote generation 1 `), refused.error.message);
    assert.match(refused.error.message, /\("first"\)/);
    const details = refused.error.details as ConflictDetails;
    assert.deepEqual([details.author, details.generation], [alice.author, 1]);
    assert.ok(Math.abs(Date.parse(details.at) - Date.now()) < 60_000);
    assert.deepEqual(details.differences, [
      { field: "components.api.labels.greeting", want: "from bob", have: "from alice" },
    ]);
    assert.equal((await running(rift, "web-api")).Config.Labels["greeting"], "from alice");
  });

  it("shows people the difference too, and plan says beforehand what deploy would refuse", async () => {
    const { bob } = fleet;
    const refused = await bob.mcp("deploy", "web");
    assert.equal(refused.code, 4);
    assert.match(refused.stderr, /components\.api\.labels\.greeting/);
    const plan = await bob.json("plan-output", "plan", "web");
    assert.equal(plan.code, 10);
    assert.match(plan.output.plans[0]?.refusal ?? "", /wrote generation 1/);
  });

  it("agree without a conflict when both want the same", async () => {
    const { alice, bob } = fleet;
    await alice.define("same", greeting("same", "hello"));
    await bob.define("same", greeting("same", "hello"));
    assert.equal((await alice.mcp("deploy", "same")).code, 0);
    const { code, output } = await bob.json("change-output", "deploy", "same");
    assert.equal(code, 0);
    assert.equal(output.results[0]?.outcome, "unchanged");
    await bob.define("same", greeting("same", "changed"));
    assert.equal((await bob.mcp("deploy", "same")).code, 0, "having seen it, bob may change it");
    assert.equal((await alice.fails("deploy", "same")).code, 4);
  });

  it("override with --force, which the event tells", async () => {
    const { alice, bob, rift } = fleet;
    const { code, stderr } = await bob.mcp("deploy", "web", "--force");
    assert.equal(code, 0, stderr);
    assert.equal((await running(rift, "web-api")).Config.Labels["greeting"], "from bob");
    const events = await alice.mcp("events", "--node", "_", "--service", "web", "-n", "1", "--json");
    const event = JSON.parse(events.stdout);
    assert.equal(event.author, bob.author);
    assert.equal(event.data.forced, true);
    const back = await alice.fails("deploy", "web");
    assert.deepEqual([back.code, (back.error.details as ConflictDetails).author], [4, bob.author]);
  });

  it("that deploy at the same moment: exactly one of them wins, and its state is what runs", async () => {
    const { alice, bob, rift } = fleet;
    await alice.define("race", greeting("race", "alice"));
    await bob.define("race", greeting("race", "bob"));
    const runs = await Promise.all([alice.mcp("deploy", "race"), bob.mcp("deploy", "race")]);
    const codes = runs.map(({ code }) => code);
    assert.deepEqual(codes.toSorted(), [0, 4], runs.map(({ stderr }) => stderr).join("\n"));
    const winner = codes[0] === 0 ? "alice" : "bob";
    assert.equal((await running(rift, "race-api")).Config.Labels["greeting"], winner);
  });

  it("lose no write when many deploy many services at once: every one is listed and runs", async () => {
    const { alice, bob, rift } = fleet;
    const names = Array.from({ length: 8 }, (_, index) => `crowd-${index}`);
    for (const [index, name] of names.entries()) {
      await (index % 2 === 0 ? alice : bob).define(name, greeting(name, name));
    }
    const runs = await Promise.all(
      names.map((name, index) => (index % 2 === 0 ? alice : bob).mcp("deploy", name, "--timeout", "60s")),
    );
    for (const { code, stderr } of runs) assert.equal(code, 0, stderr);
    const { output } = await alice.json("list-output", "list");
    const listed = output.services.filter(({ service }) => names.includes(service));
    assert.deepEqual(
      listed.map(({ service, state }) => [service, state]),
      names.map((name) => [name, "converged"]),
    );
    assert.deepEqual(
      (await rift.containers()).filter((n) => n.startsWith("crowd-")),
      names.map((name) => `${name}-api`),
    );
  });

  it("that write one service over and over leave an unbroken chain of generations", async () => {
    const { alice, bob } = fleet;
    for (const one of [alice, bob]) await one.define("chain", greeting("chain", "start"));
    assert.equal((await alice.mcp("deploy", "chain")).code, 0);
    const rounds = Array.from({ length: 4 }, (_, round) => round);
    const done = await Promise.all(
      [alice, bob].map(async (one, who) => {
        const codes: unknown[] = [];
        for (const round of rounds) {
          await one.define("chain", greeting("chain", `${who}-${round}`));
          codes.push((await one.mcp("deploy", "chain", "--force", "--no-wait")).code);
        }
        return codes;
      }),
    );
    const written = done.flat().filter((code) => code === 0).length;
    assert.ok(
      done.flat().every((code) => code === 0 || code === 4),
      String(done),
    );
    const bus = await fleet.operatorBus();
    try {
      const history = await bus.historyOf("rift", "chain");
      const generations = history.map(({ document }) => document.generation);
      assert.deepEqual(
        generations,
        generations.map((_, index) => index + 1),
      );
      assert.equal(generations.length, written + 1);
    } finally {
      await bus.close();
    }
    await eventually(async () => (await alice.mcp("status", "chain", "--check")).code === 0, { what: "converged" });
  });
});
