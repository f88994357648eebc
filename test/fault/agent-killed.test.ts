/** The agent killed with -9 in the middle of its work, stopped, and started again: the node ends where it should. */
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import type { McpEvent } from "../../src/schemas/wire/event.ts";
import { type Fleet, oneComponent, SKIP, startFleet } from "../helpers/e2e-fleet.ts";
import { type EventWatch, watchEvents } from "../helpers/event-watch.ts";
import { eventually } from "../helpers/eventually.ts";
import { running } from "../helpers/fleet-node.ts";
import { freePort } from "../helpers/free-port.ts";
import { suiteScope } from "../helpers/scope.ts";
import { assertOnceAndInOrder, storedEvents } from "../helpers/stored-events.ts";

/** A tenth of a second as a rule; podman's own service gets 5 s before it is killed. */
const STOP_LIMIT_MS = 10_000;

describe("an agent that is killed", { skip: SKIP }, () => {
  const fleet = {} as Fleet & { events: EventWatch };
  const scope = suiteScope();

  before(async () => {
    Object.assign(fleet, await startFleet(scope, { agents: ["rift"] }));
    fleet.events = await watchEvents(fleet.alice);
  });

  const converged = (service: string) =>
    eventually(async () => (await fleet.alice.mcp("status", service, "--check")).code === 0, {
      what: `${service} converges`,
      timeoutMs: 20_000,
      intervalMs: 200,
    });

  const identity = async (container: string) => {
    const { Id, State } = await fleet.rift.demand(container);
    return { Id, startedAt: State.StartedAt };
  };

  /** `db` stays as it is; `api` holds a port, so that the old one must stop before the new one starts. */
  const definition = (service: string, image: string, port: number) => `name = "${service}"
node = "rift"
[[components]]
name = "db"
image = "${fleet.images["hello:v1"]}"
min_up = "200ms"
[[components]]
name = "api"
image = "${image}"
depends_on = ["db"]
ports = ["127.0.0.1:${port}:8080"]
min_up = "600ms"
`;

  const reached = (service: string, step: string) => stepReached(fleet, { service, generation: 2 }, step);

  for (const [index, step] of ["pull", "create", "stop", "start", "wait", "remove", "up"].entries()) {
    it(`at the step "${step}" of a replacement finishes it after the start; the other component is untouched`, async () => {
      const { alice, rift, images } = fleet;
      const service = `killed-${index}`;
      const port = await freePort();
      await alice.define(service, definition(service, images["hello:v1"], port));
      assert.equal((await alice.mcp("deploy", service)).code, 0);
      const db = await identity(`${service}-db`);
      const old = await identity(`${service}-api`);
      const v2 = images["hello:v2"];
      if (step === "pull") await rift.podman.podman("rmi", "--force", v2).catch(() => undefined);
      await alice.define(service, definition(service, v2, port));
      const deploy = alice.start("deploy", service, "--timeout", "40s");
      await reached(service, step);
      await rift.agent.kill9();
      assert.equal((await identity(`${service}-db`)).Id, db.Id, "nothing stops with the agent");
      await rift.agent.start();
      const end = await deploy.ended;
      assert.equal(end.code, 0, end.stderr + rift.agent.log().slice(-2000));
      await converged(service);
      assert.deepEqual(await identity(`${service}-db`), db);
      const now = await running(rift, `${service}-api`);
      assert.notEqual(now.Id, old.Id);
      assert.equal(now.ImageName, v2);
      const names = (await rift.containers()).filter((name) => name.startsWith(service));
      assert.deepEqual(names, [`${service}-api`, `${service}-db`], "no leftover, no duplicate");
      const answer = await eventually(async () => (await fetch(`http://127.0.0.1:${port}/`)).text(), {
        what: "the port",
      });
      assert.equal(answer, "hello v2\n");
    });
  }

  it("at random moments of many deploys ends where the last one wanted, every time", async () => {
    const { alice, rift, images } = fleet;
    const text = (image: string) => oneComponent("often", image);
    await alice.define("often", text(images["hello:v1"]));
    assert.equal((await alice.mcp("deploy", "often")).code, 0);
    for (const [round, delayMs] of [5, 60, 120, 200, 320].entries()) {
      const image = round % 2 === 0 ? images["hello:v2"] : images["hello:v1"];
      await alice.define("often", text(image));
      assert.equal((await alice.mcp("deploy", "often", "--no-wait")).code, 0);
      const atMs = Date.now() + delayMs;
      await eventually(() => Date.now() >= atMs, { what: "the moment", intervalMs: 1 });
      await rift.agent.kill9();
      await rift.agent.start();
      await converged("often");
      assert.equal((await running(rift, "often-api")).ImageName, image);
      assert.deepEqual(
        (await rift.containers()).filter((name) => name.startsWith("often")),
        ["often-api"],
      );
    }
  });

  it("and started again restarts nothing unchanged, and repairs what changed in between", async () => {
    const { alice, rift, images } = fleet;
    await alice.define("still", oneComponent("still", images["hello:v1"]));
    await alice.define("hurt", oneComponent("hurt", images["hello:v1"]));
    for (const service of ["still", "hurt"]) assert.equal((await alice.mcp("deploy", service)).code, 0);
    const still = await identity("still-api");
    await rift.agent.kill9();
    await rift.podman.podman("rm", "--force", "--time", "0", "hurt-api");
    await rift.agent.start();
    await running(rift, "hurt-api");
    assert.deepEqual(await identity("still-api"), still);
  });

  it("lets a failed deploy end as failed after it is back: the old container serves", async () => {
    const { alice, rift, images } = fleet;
    await alice.define("doomed", oneComponent("doomed", images["hello:v1"]));
    assert.equal((await alice.mcp("deploy", "doomed")).code, 0);
    const old = await identity("doomed-api");
    await alice.define("doomed", oneComponent("doomed", images["faint:v1"]).replace("200ms", "3s"));
    const deploy = alice.start("deploy", "doomed", "--timeout", "40s");
    await reached("doomed", "wait");
    await rift.agent.kill9();
    await rift.agent.start();
    const end = await deploy.ended;
    assert.equal(end.code, 9, end.stderr);
    assert.match(end.stderr, /\| faint: /);
    assert.deepEqual(await identity("doomed-api"), old);
    assert.deepEqual(
      (await rift.containers()).filter((name) => name.startsWith("doomed")),
      ["doomed-api"],
    );
  });

  it("loses no event and tells none twice", async () => {
    const stored = await storedEvents(fleet.bus.settings(fleet.bus.admin));
    assert.ok(stored.length > 20);
    assertOnceAndInOrder(stored, "rift");
    const ids = (events: readonly McpEvent[]) => events.filter(({ node }) => node === "rift").map(({ id }) => id);
    await eventually(() => fleet.events.all().length >= stored.length, { what: "the subscriber has heard them" });
    assert.deepEqual(ids(fleet.events.all()), ids(stored), "as a subscriber heard them");
  });
});

describe("an agent that is stopped with SIGTERM", { skip: SKIP }, () => {
  const fleet = {} as Fleet;
  const scope = suiteScope();

  before(async () => {
    Object.assign(fleet, await startFleet(scope, { agents: ["rift"], podmanServices: false }));
  });

  it("ends within seconds with 0, leaves its containers running and says goodbye", async () => {
    const { alice, rift, images } = fleet;
    await alice.define("web", oneComponent("web", images["hello:v1"]));
    const deployed = await alice.mcp("deploy", "web");
    assert.equal(deployed.code, 0, deployed.stderr + rift.agent.log());
    const old = await rift.demand("web-api");
    const startMs = Date.now();
    const end = await rift.agent.stop();
    assert.equal(end.code, 0, end.stderr);
    assert.ok(Date.now() - startMs < STOP_LIMIT_MS, `it took ${Date.now() - startMs} ms`);
    const now = await rift.demand("web-api");
    assert.deepEqual([now.Id, now.State.StartedAt, now.State.Running], [old.Id, old.State.StartedAt, true]);
    assert.match((await alice.mcp("node", "list")).stdout, /^rift +left +/m);
    const events = await alice.mcp("events", "--node", "rift", "-n", "1");
    assert.match(events.stdout, /agent-stopped/);
    const status = await alice.mcp("status", "web", "--check");
    assert.equal(status.code, 8, "nobody vouches for it now");
    assert.match(status.stdout, /the agent of rift was stopped/);
  });

  it("in the middle of a deploy ends too, and continues when it is back", async () => {
    const { alice, rift, images } = fleet;
    await rift.agent.start();
    await alice.define("web", oneComponent("web", images["hello:v2"]).replace("200ms", "5s"));
    const deploy = alice.start("deploy", "web", "--timeout", "40s");
    await stepReached(fleet, { service: "web", generation: 2 }, "wait");
    const startMs = Date.now();
    assert.equal((await rift.agent.stop()).code, 0);
    assert.ok(Date.now() - startMs < STOP_LIMIT_MS, `it took ${Date.now() - startMs} ms`);
    await rift.agent.start();
    assert.equal((await deploy.ended).code, 0);
    assert.equal((await running(rift, "web-api")).ImageName, images["hello:v2"]);
    assert.deepEqual(await rift.containers(), ["web-api"]);
  });

  it("refuses a second agent on the same store", async () => {
    const second = await fleet.rift.agent.run("server");
    assert.equal(second.code, 1);
    assert.match(second.stderr, /error: .*(store|locked|in use|another)/i);
    assert.equal((await fleet.alice.mcp("status", "web", "--check")).code, 0);
  });
});

/** Resolves as soon as rift reports that its component `api` has come to this step. */
async function stepReached(
  fleet: Fleet,
  { service, generation }: { readonly service: string; readonly generation: number },
  step: string,
): Promise<void> {
  const bus = await fleet.operatorBus();
  try {
    for await (const report of bus.followObserved("rift", service, AbortSignal.timeout(15_000))) {
      const steps = report.steps.filter((one) => one.component === "api" && one.generation === generation);
      if (steps.some((one) => one.step === step)) return;
    }
    throw new Error(`${service} never came to the step ${step}`);
  } finally {
    await bus.close();
  }
}
