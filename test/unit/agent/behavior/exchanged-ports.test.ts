/** Components that exchange their host ports: of one service, and of two services of the node. */
import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import type { ObservedService } from "../../../../src/schemas/service/observed.ts";
import type { ComponentSpec } from "../../../../src/schemas/service/spec.ts";
import { deferred } from "../../../../src/values/deferred.ts";
import { component } from "../../../helpers/builders.ts";
import { AgentWorld } from "../../../twin/agent-world.ts";
import { detailOf } from "../../../twin/fake-containers.ts";

const publishing = (name: string, hostPort: number, own: Partial<ComponentSpec> = {}) =>
  component({ name, ports: [{ hostPort, containerPort: 80, protocol: "tcp" }], ...own });
const BAD: Partial<ComponentSpec> = { image: "example.net/web:bad", restart: { policy: "no" } };
const UNKNOWN: Partial<ComponentSpec> = { image: "example.net/web:unknown" };

const portsOf = (world: AgentWorld) =>
  [...world.runtime.containers.values()]
    .map(({ name, state, request }) => `${name} ${state} ${request?.spec.ports[0]?.hostPort}`)
    .sort();

const running = (world: AgentWorld) => portsOf(world).filter((line) => line.includes(" running "));

async function inOneService(t: { after(work: () => unknown): void }, after: readonly ComponentSpec[]) {
  const world = new AgentWorld(t);
  world.runtime.provide("example.net/web:bad", { exitCode: 1 });
  await world.start();
  const before = after.map(({ name }, index) => publishing(name, 80 + index));
  await world.deployed({ components: before });
  world.deploy({ components: after });
  return world;
}

describe("host ports that two components of a service exchange", () => {
  it("are exchanged, and nothing is reported as failed or as drift", async (t) => {
    const world = await inOneService(t, [publishing("api", 81), publishing("site", 80)]);
    await world.reported("web", (r) => r.state === "converged" && r.appliedGeneration === 2);
    assert.deepEqual(portsOf(world), ["web-api running 81", "web-site running 80"]);
    assert.deepEqual(world.events("deploy-failed", "drift-opened"), []);
  });

  it("are exchanged by containers that answer to their names on their network", async (t) => {
    const network = "shop";
    const world = new AgentWorld(t);
    await world.start();
    await world.deployed({ components: [publishing("api", 80, { network }), publishing("site", 81, { network })] });
    await world.deployed({ components: [publishing("api", 81, { network }), publishing("site", 80, { network })] });
    for (const name of ["api", "site"])
      assert.deepEqual(detailOf(world.serving(name)).has.networks[network], [`web-${name}`, name]);
  });

  it("are exchanged in a ring of three", async (t) => {
    const world = await inOneService(t, [publishing("api", 81), publishing("site", 82), publishing("zoo", 80)]);
    await world.reported("web", (r) => r.state === "converged" && r.appliedGeneration === 2);
    assert.deepEqual(portsOf(world), ["web-api running 81", "web-site running 82", "web-zoo running 80"]);
  });

  it("are exchanged while one depends on the other, which starts first", async (t) => {
    const world = await inOneService(t, [
      publishing("api", 81, { dependsOn: ["site"], minUpMs: 1_000 }),
      publishing("site", 80, { minUpMs: 3_000 }),
    ]);
    await world.reported("web", (r) => r.state === "converged" && r.appliedGeneration === 2);
    assert.deepEqual(portsOf(world), ["web-api running 81", "web-site running 80"]);
    assert.ok(world.serving("api").startedAtMs - world.serving("site").startedAtMs >= 3_000);
  });

  it("stay where they are while one of the two waits for a dependency, and the other does not prepare for it", async (t) => {
    const world = new AgentWorld(t);
    await world.start();
    await world.deployed({ components: [publishing("api", 80), publishing("site", 81)] });
    const dependency = component({ name: "db", ...UNKNOWN });
    const exchanged = [publishing("api", 81, { dependsOn: ["db"] }), publishing("site", 80)];
    world.deploy({ components: [dependency, ...exchanged] });
    const { steps } = await world.reported("web", (r) => r.failure?.component === "db");
    assert.deepEqual([...new Set(steps.map((step) => step.component))], ["db"]);
    assert.deepEqual(portsOf(world), ["web-api running 80", "web-site running 81"]);
  });

  for (const [what, own] of Object.entries({ "never comes up": BAD, "is in no registry": UNKNOWN })) {
    for (const bad of ["api", "site"]) {
      it(`stay where they are when the new image of ${bad} ${what}`, async (t) => {
        const specs = [publishing("api", 81), publishing("site", 80)].map((spec) =>
          spec.name === bad ? { ...spec, ...own } : spec,
        );
        const world = await inOneService(t, specs);
        const { failure } = await world.reported("web", (r) => r.failure?.generation === 2);
        assert.equal(failure?.component, bad);
        await world.clock.advance(60_000);
        assert.deepEqual(portsOf(world), ["web-api running 80", "web-site running 81"]);
        assert.equal(world.events("deploy-failed").length, 1);
        await world.deployed({ components: [publishing("api", 81), publishing("site", 80)] });
        assert.deepEqual(portsOf(world), ["web-api running 81", "web-site running 80"]);
      });
    }
  }
});

it("components that exchange host ports do not wait for the others when one of them has failed", async (t) => {
  const world = await inOneService(t, [publishing("api", 81, BAD), publishing("site", 80, { minUpMs: 120_000 })]);
  const beganMs = world.clock.now();
  const { failure } = await world.reported("web", (r) => r.failure?.generation === 2);
  assert.ok(world.clock.now() - beganMs < 60_000);
  assert.deepEqual([failure?.component, failure?.previousServing], ["api", true]);
  assert.deepEqual(running(world), ["web-api running 80", "web-site running 81"]);
});

const service = (name: string, hostPort: number, own: Partial<ComponentSpec> = {}) => ({
  name,
  components: [publishing("api", hostPort, own)],
});

async function inTwoServices(t: Pick<TestContext, "after">): Promise<AgentWorld> {
  const world = new AgentWorld(t);
  world.runtime.provide("example.net/web:bad", { exitCode: 1 });
  await world.start();
  await world.deployed(service("shop", 80));
  await world.deployed(service("web", 81));
  return world;
}

const isConverged = (generation: number) => (report: ObservedService) =>
  report.state === "converged" && report.appliedGeneration === generation;

describe("host ports that two services", () => {
  it("exchange, are exchanged", async (t) => {
    const world = await inTwoServices(t);
    world.deploy(service("web", 80));
    world.deploy(service("shop", 81));
    for (const name of ["web", "shop"]) await world.reported(name, isConverged(2));
    assert.deepEqual(portsOf(world), ["shop-api running 81", "web-api running 80"]);
    assert.deepEqual(world.events("deploy-failed", "drift-opened"), []);
  });

  it("exchange while one is deployed much later, wait for it", async (t) => {
    const world = await inTwoServices(t);
    world.deploy(service("web", 80));
    const { blocked } = await world.reported("web", (r) => r.state === "blocked");
    assert.equal(blocked[0]?.reason, "port-taken");
    await world.clock.advance(30_000);
    assert.deepEqual(portsOf(world), ["shop-api running 80", "web-api running 81"]);
    world.deploy(service("shop", 81));
    for (const name of ["web", "shop"]) await world.reported(name, isConverged(2));
    assert.deepEqual(portsOf(world), ["shop-api running 81", "web-api running 80"]);
  });

  for (const [what, own] of Object.entries({ "never comes up": BAD, "is in no registry": UNKNOWN })) {
    for (const bad of ["web", "shop"]) {
      it(`exchange, stay where they are when the new image of ${bad} ${what}, until it is corrected`, async (t) => {
        const world = await inTwoServices(t);
        const next = (name: string) => service(name, name === "web" ? 80 : 81, name === bad ? own : {});
        world.deploy(next("web"));
        world.deploy(next("shop"));
        await world.reported(bad, (r) => r.failure?.generation === 2);
        await world.clock.advance(60_000);
        assert.deepEqual(portsOf(world), ["shop-api running 80", "web-api running 81"]);
        assert.equal(world.events("deploy-failed").length, 1);
        const other = bad === "web" ? "shop" : "web";
        await world.reported(other, (r) => r.blocked[0]?.reason === "port-taken");
        world.deploy(service(bad, bad === "web" ? 80 : 81));
        await world.reported(bad, isConverged(3));
        await world.reported(other, isConverged(2));
        assert.deepEqual(portsOf(world), ["shop-api running 81", "web-api running 80"]);
      });
    }
  }

  it("exchange, go back when a newer state of one arrives before the new ones are up", async (t) => {
    const world = await inTwoServices(t);
    world.deploy(service("web", 80, { minUpMs: 20_000 }));
    world.deploy(service("shop", 81, { minUpMs: 20_000 }));
    await world.clock.until(
      () => portsOf(world).filter((line) => / running /.test(line) && line.includes("api.")).length === 2,
    );
    world.deploy(service("shop", 82));
    const sentMs = world.clock.now();
    await world.reported("shop", isConverged(3));
    assert.ok(world.clock.now() - sentMs < 15_000, "the newer state does not wait for the end of the exchange");
    await world.reported("web", isConverged(2));
    assert.deepEqual(portsOf(world), ["shop-api running 82", "web-api running 80"]);
    assert.deepEqual(world.events("deploy-failed"), []);
  });

  it("exchange, are released within ten seconds when the other one takes long, and exchanged once it has come", async (t) => {
    const world = await inTwoServices(t);
    const large = "example.net/web:large";
    world.runtime.provide(large);
    const arrived = deferred<void>();
    const pull = world.runtime.pull.bind(world.runtime);
    t.mock.method(world.runtime, "pull", async (...args: Parameters<typeof pull>) => {
      if (args[0] === large) await arrived.promise;
      await pull(...args);
    });
    world.deploy(service("shop", 81, { image: large }));
    world.deploy(service("web", 80));
    const released = (generation: number) =>
      world.reported(
        "web",
        (r) =>
          r.accepted?.generation === generation &&
          r.blocked.some(({ message }) => /which cannot be replaced now$/.test(message)),
      );
    await released(2);
    world.deploy(service("web", 81));
    await world.reported("web", isConverged(3));
    const serving = () => [...world.runtime.containers.values()].find(({ name }) => name === "web-api")?.startedAtMs;
    const startedMs = serving();
    world.deploy(service("web", 80));
    await released(4);
    await world.clock.advance(60_000);
    assert.equal(serving(), startedMs, "nothing stops before all have come");
    assert.deepEqual(running(world), ["shop-api running 80", "web-api running 81"]);
    arrived.resolve();
    await world.reported("web", isConverged(4));
    await world.reported("shop", isConverged(2));
    assert.deepEqual(portsOf(world), ["shop-api running 81", "web-api running 80"]);
    assert.deepEqual(world.events("deploy-failed", "drift-opened"), []);
  });

  it("exchange, are released at once when the image of the other cannot be pulled", async (t) => {
    const world = await inTwoServices(t);
    world.deploy(service("web", 80));
    world.deploy(service("shop", 81, UNKNOWN));
    await world.reported("shop", (r) => r.failure?.generation === 2);
    const failedMs = world.clock.now();
    await world.reported("web", (r) => r.state === "blocked");
    assert.ok(world.clock.now() - failedMs < 5_000);
  });

  it("hand on, move as soon as the other service has freed them", async (t) => {
    const world = await inTwoServices(t);
    world.deploy(service("shop", 82, { minUpMs: 5_000 }));
    world.deploy(service("web", 80));
    const { blocked } = await world.reported("web", (r) => r.state === "blocked");
    assert.equal(blocked[0]?.message, "waits for shop/api, which still publishes host port 80");
    await world.reported("shop", isConverged(2));
    const freedMs = world.clock.now();
    await world.reported("web", isConverged(2));
    assert.ok(world.clock.now() - freedMs < 2_000, "it did not wait for a sweep");
    assert.deepEqual(portsOf(world), ["shop-api running 82", "web-api running 80"]);
    assert.deepEqual(world.events("deploy-failed"), []);
  });

  it("hand on, move when the other service is removed", async (t) => {
    const world = await inTwoServices(t);
    world.undeploy("shop");
    world.deploy(service("web", 80));
    await world.reported("web", isConverged(2));
    assert.deepEqual(portsOf(world), ["web-api running 80"]);
    assert.deepEqual(world.events("deploy-failed"), []);
  });
});
