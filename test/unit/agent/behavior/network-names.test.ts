/** Which of a component's containers answer to its names on a network while one replaces the other. */
import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import type { ComponentSpec } from "../../../../src/schemas/service/spec.ts";
import { McpError } from "../../../../src/values/error.ts";
import { component } from "../../../helpers/builders.ts";
import { AgentWorld } from "../../../twin/agent-world.ts";
import { detailOf } from "../../../twin/fake-containers.ts";

const v1 = component({ network: "shop", minUpMs: 5_000 });
const v2 = component({ network: "shop", minUpMs: 5_000, image: "example.net/web:v2" });
const SWEEP_MS = 73_000;

async function deployed(t: TestContext, own: ComponentSpec = v1) {
  const world = new AgentWorld(t);
  await world.start();
  await world.deployed({ components: [own] });
  return world;
}

/** Image and names of each running container. */
const named = (world: AgentWorld) =>
  [...world.runtime.containers.values()]
    .filter(({ state }) => state === "running")
    .map((container) => `${container.image}: ${detailOf(container).has.networks["shop"]?.join(" ") ?? "detached"}`);

const both = (world: AgentWorld) => named(world).length === 2 || undefined;
const V1 = "example.net/web:v1: web-api api";
const V2 = "example.net/web:v2: web-api api";

describe("the names of a component", () => {
  it("belong to the old container alone until the new one is up", async (t) => {
    const world = await deployed(t);
    assert.deepEqual(named(world), [V1]);
    world.deploy({ components: [v2] });
    await world.clock.until(() => both(world));
    await world.clock.advance(4_000);
    assert.deepEqual(named(world), [V1, "example.net/web:v2: "]);
    await world.reported("web", (r) => r.appliedGeneration === 2);
    assert.deepEqual(named(world), [V2]);
    await world.clock.advance(2 * SWEEP_MS);
    assert.deepEqual(world.events("drift-opened"), []);
    assert.equal(world.serving("api").starts, 1);
  });

  it("stay with the old container when the new one does not come up", async (t) => {
    const world = await deployed(t);
    world.runtime.provide("example.net/web:bad", { exitCode: 1 });
    world.deploy({ components: [component({ ...v2, image: "example.net/web:bad", restart: { policy: "no" } })] });
    await world.reported("web", (r) => r.failure?.generation === 2);
    assert.deepEqual(named(world), [V1]);
    assert.equal(world.runtime.calls.leaveNetwork, 0);
  });

  it("are those of a new container from its start where the old one must be stopped first", async (t) => {
    const ports = [{ hostPort: 80, containerPort: 80, protocol: "tcp" }] as const;
    const world = await deployed(t, { ...v1, ports });
    world.deploy({ components: [{ ...v2, ports }] });
    await world.reported("web", (r) => r.appliedGeneration === 2);
    assert.deepEqual(named(world), [V2]);
    assert.equal(world.runtime.calls.leaveNetwork, 0, "nothing had to be detached");
  });

  it("are given to the new container before the old one is stopped", async (t) => {
    const world = await deployed(t);
    const seen: string[][] = [];
    const runtime = world.runtime;
    const stop = runtime.stop.bind(runtime);
    t.mock.method(runtime, "stop", (...args: Parameters<typeof stop>) => {
      seen.push(named(world));
      return stop(...args);
    });
    world.deploy({ components: [v2] });
    await world.reported("web", (r) => r.appliedGeneration === 2);
    assert.deepEqual(seen[0], [V1, V2]);
  });

  for (const verb of ["leaveNetwork", "joinNetwork"] as const) {
    it(`are given later when podman refuses (${verb}), and the generation has not failed`, async (t) => {
      const world = await deployed(t);
      world.runtime.fail(verb, new McpError("E_RUNTIME", "refused"), 2);
      world.deploy({ components: [v2] });
      const { blocked } = await world.reported("web", (r) => r.blocked.length > 0);
      assert.match(blocked[0]?.message ?? "", /refused/);
      assert.equal(named(world)[0], V1, "the old one still serves");
      await world.reported("web", (r) => r.appliedGeneration === 2 && r.blocked.length === 0);
      assert.deepEqual(named(world), [V2]);
      assert.equal(world.serving("api").starts, 1);
      assert.deepEqual(world.events("deploy-failed"), []);
    });
  }

  it("come back with the network of a container that was left detached, before its health is checked again", async (t) => {
    const world = await deployed(t);
    const isAttached = () => !named(world).some((line) => line.endsWith("detached"));
    world.runtime.provide("example.net/web:v2", { exec: () => (isAttached() ? 0 : 1) });
    const check = { kind: "cmd", cmd: ["/bin/ready"] } as const;
    const health = {
      check,
      intervalMs: 1_000,
      timeoutMs: 1_000,
      retries: 1,
      startPeriodMs: 0,
      onUnhealthy: "report",
    } as const;
    world.runtime.fail("joinNetwork", new McpError("E_RUNTIME", "refused"), 2);
    world.deploy({ components: [{ ...v2, health }] });
    await world.reported("web", (r) => r.blocked.length > 0);
    assert.equal(isAttached(), false);
    await world.reported("web", (r) => r.appliedGeneration === 2);
    assert.deepEqual(named(world), [V2]);
    assert.deepEqual(world.events("deploy-failed"), []);
  });

  it("are given at another address when another container has taken the old one", async (t) => {
    const world = await deployed(t);
    const asked: unknown[] = [];
    const join = world.runtime.joinNetwork.bind(world.runtime);
    t.mock.method(world.runtime, "joinNetwork", async (...args: Parameters<typeof join>) => {
      asked.push(args[1].address);
      if (args[1].address !== undefined) throw new McpError("E_RUNTIME", "requested ip address is already allocated");
      await join(...args);
    });
    world.deploy({ components: [v2] });
    const { blocked } = await world.reported("web", (r) => r.appliedGeneration === 2 || r.blocked.length > 0);
    assert.deepEqual(blocked, [], "at once, not in a later pass");
    assert.deepEqual(named(world), [V2]);
    assert.equal(asked.length, 2);
    assert.notEqual(asked[0], undefined, "the address it had comes first");
  });

  it("are no drift while a sweep inspects the new container before it has them", async (t) => {
    const slow = component({ ...v2, minUpMs: 2 * SWEEP_MS });
    const world = await deployed(t);
    world.deploy({ components: [slow] });
    await world.reported("web", (r) => r.appliedGeneration === 2);
    const { id } = world.serving("api");
    await world.clock.advance(2 * SWEEP_MS);
    assert.deepEqual(world.events("drift-opened"), []);
    assert.equal(world.serving("api").id, id);
  });

  it("are only the container's where another service uses the network", async (t) => {
    const world = await deployed(t);
    const crm = component({ network: "shop", image: "example.net/web:v2" });
    world.deploy({ name: "crm", components: [crm] });
    await world.reported("crm", (r) => r.appliedGeneration === 1);
    assert.deepEqual(named(world), [V1, "example.net/web:v2: crm-api"], "who had them keeps them");
    await world.clock.advance(2 * SWEEP_MS);
    assert.deepEqual(world.events("drift-opened"), []);
    world.deploy({ components: [v2] });
    await world.reported("web", (r) => r.appliedGeneration === 2);
    assert.deepEqual(named(world).toSorted(), ["example.net/web:v2: crm-api", "example.net/web:v2: web-api"]);
  });

  it("are no drift of a container that has fewer because the network was shared when it came up", async (t) => {
    const world = await deployed(t);
    world.deploy({ name: "crm", components: [component({ network: "shop" })] });
    await world.reported("crm", (r) => r.appliedGeneration === 1);
    world.undeploy();
    await world.reported("web", (r) => r.state === "removed");
    await world.clock.advance(2 * SWEEP_MS);
    assert.deepEqual(named(world), ["example.net/web:v1: crm-api"]);
    assert.deepEqual(world.events("drift-opened"), []);
  });
});
