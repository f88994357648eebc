/** The disk of the agent's store is full: containers keep running, every command says why, and all goes on when there is room. */
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { type Fleet, oneComponent, SKIP, startFleet } from "../helpers/e2e-fleet.ts";
import { type EventWatch, watchEvents } from "../helpers/event-watch.ts";
import { eventually } from "../helpers/eventually.ts";
import { suiteScope } from "../helpers/scope.ts";

/** Room for the store and some documents. */
const STORE_BYTES = 600_000;
const FULL = /cannot .*agent\/(mcp\.db|accepted\/web\.json): the disk is full \(\d+ B free\)/;

describe("a full disk under the agent's store", { skip: SKIP }, () => {
  const fleet = {} as Fleet & { events: EventWatch; serving: string };
  const scope = suiteScope();

  before(async () => {
    Object.assign(fleet, await startFleet(scope, { agents: ["rift"], storeBytes: STORE_BYTES }));
    const { alice, images, rift } = fleet;
    await alice.define("web", oneComponent("web", images["hello:v1"]));
    assert.equal((await alice.mcp("deploy", "web")).code, 0);
    await rift.filesDir("web");
    await writeFile(join(alice.dir, "app.toml"), "x = 1\n");
    fleet.events = await watchEvents(alice);
    fleet.serving = (await rift.demand("web-api")).Id;
    await rift.fillDisk();
    await alice.define("web", oneComponent("web", images["hello:v2"]));
  });

  const storeProblem = async () => {
    const { output } = await fleet.alice.json("node-show-output", "node", "show", "rift");
    return output.node.storeProblem;
  };

  it("is what a deploy waits for; it says so with the path, the free space and what to do, and the old version serves", async () => {
    const { alice, rift, serving } = fleet;
    const run = await alice.mcp("deploy", "web", "--timeout", "3s");
    assert.equal(run.code, 7, run.stderr);
    assert.match(run.stdout, FULL);
    assert.match(run.stderr, /hint: free space on that disk of the node/);
    const { Id, State } = await rift.demand("web-api");
    assert.deepEqual([Id, State.Running], [serving, true]);
  });

  it("is shown by status, node list, node show and doctor", async () => {
    const { alice } = fleet;
    assert.match((await alice.mcp("status")).stdout, FULL);
    assert.match((await alice.mcp("node", "list")).stderr, FULL);
    assert.match((await alice.mcp("node", "show", "rift")).stdout, FULL);
    const doctor = await alice.json("doctor-output", "doctor");
    const [check] = doctor.output.checks.filter(({ name }) => name === "store");
    assert.equal(check?.result, "fail");
    assert.match(check?.message ?? "", FULL);
    const { output } = await alice.json("status-output", "status");
    assert.match(output.services[0]?.storeProblem?.message ?? "", /the disk is full/);
  });

  it("is the answer to requests that write, with a code and what to do; the others are answered", async () => {
    const { alice } = fleet;
    const push = await alice.fails("push", join(alice.dir, "app.toml"), "web@rift");
    assert.deepEqual([push.code, push.error.code], [9, "E_FILE"]);
    assert.match(push.error.message, /the disk is full/);
    assert.match(push.error.hint, /free space/);
    assert.equal((await alice.mcp("ps", "--check")).code, 0);
    assert.equal((await alice.mcp("logs", "web")).code, 0);
  });

  it("with room again: the deploy is carried out by itself, everything works, and each event arrives once", async () => {
    const { alice, rift, events, serving } = fleet;
    await rift.emptyDisk();
    await eventually(async () => (await alice.mcp("status", "--check")).code === 0, {
      what: "everything converges",
      timeoutMs: 20_000, // the sweep, after a minute at the earliest, is not needed
      intervalMs: 200,
    });
    assert.notEqual((await rift.demand("web-api")).Id, serving);
    await eventually(async () => (await storeProblem()) === undefined, { what: "the presence shows no problem" });
    assert.equal((await alice.mcp("push", join(alice.dir, "app.toml"), "web@rift")).code, 0);
    const kinds = ["desired-accepted", "deploy-succeeded", "file-pushed"];
    const isOld = ({ generation }: { generation?: number }) => generation === 1;
    const seen = () => events.all().filter((event) => kinds.includes(event.kind) && !isOld(event));
    await eventually(() => seen().some(({ kind }) => kind === "file-pushed"), { what: "file-pushed" });
    assert.deepEqual(
      seen()
        .map(({ kind }) => kind)
        .toSorted(),
      kinds.toSorted(),
    );
  });
});
