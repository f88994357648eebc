/** Containers that somebody else started and that are a service's own by their id. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { MemoryStore } from "../../../../src/agent/store/memory-store.ts";
import type { AdoptedContainer } from "../../../../src/schemas/service/desired.ts";
import { LABEL } from "../../../../src/schemas/service/labels.ts";
import type { ComponentSpec } from "../../../../src/schemas/service/spec.ts";
import { specHash } from "../../../../src/schemas/service/spec-hash.ts";
import { component, NODE } from "../../../helpers/builders.ts";
import type { Scope } from "../../../helpers/scope.ts";
import { AgentWorld } from "../../../twin/agent-world.ts";

const entry = (containerId: string, spec: ComponentSpec): AdoptedContainer => ({
  containerId,
  spec: specHash(spec),
  generation: 1,
});

/** A world in which `web-api` (or another name) was started by hand and is adopted. */
async function adopted(t: Scope, { name = "web-api", spec = component() } = {}) {
  const world = new AgentWorld(t);
  world.runtime.images.set(spec.image, {});
  const id = world.runtime.addForeign(name, { spec });
  await world.start();
  const own = { adopted: { api: entry(id, spec) }, command: "adopt" };
  world.deploy({ components: [spec] }, own);
  const report = await world.reported("web", (r) => r.state === "converged");
  const container = () => world.runtime.containers.get(id);
  return { world, id, own, report, container };
}

describe("an adopted container", () => {
  it("is its component's, without having been touched", async (t) => {
    const { world, id, report, container } = await adopted(t);
    assert.deepEqual([container()?.starts, container()?.state], [1, "running"]);
    assert.deepEqual([report.components[0]?.containerId, report.components[0]?.generation], [id, 1]);
    for (const verb of ["create", "start", "stop", "remove", "rename"] as const) {
      assert.equal(world.runtime.calls[verb], 0, verb);
    }
    assert.equal(world.events("drift-opened").length, 0);
  });

  it("gets its component's name without being restarted", async (t) => {
    const { container } = await adopted(t, { name: "shop" });
    assert.deepEqual([container()?.name, container()?.starts], ["web-api", 1]);
  });

  it("is shown, logged and restarted as any of ours, and is no orphan", async (t) => {
    const { world, id } = await adopted(t);
    const ps = await world.bus.request(NODE, { verb: "ps" });
    const [live] = ps.flatMap(({ body }) => (body?.verb === "ps" ? body.containers : []));
    assert.deepEqual([live?.service, live?.component], ["web", "api"]);
    const logs = await world.bus.request(NODE, { verb: "logs", service: "web", follow: false });
    assert.equal(logs.at(-1)?.error, undefined);
    const [restarted] = await world.bus.request(NODE, { verb: "restart", service: "web" });
    assert.equal(restarted?.body?.verb === "restart" && restarted.body.containerId, id);
    await world.clock.advance(300_000);
    assert.equal(world.events("drift-opened").length, 0);
  });

  it("is brought back when it is killed, and told as drift", async (t) => {
    const { world, id, container } = await adopted(t);
    world.runtime.halt(id);
    await world.reported("web", (r) => r.state === "converged" && container()?.starts === 2);
    assert.deepEqual(
      world.events("drift-opened").map(({ data }) => data?.["drift"]),
      ["not-running"],
    );
  });

  it("that is removed is created again, under full management", async (t) => {
    const { world, id } = await adopted(t);
    world.runtime.vanish(id);
    await world.reported("web", (r) => r.state === "converged" && r.components[0]?.containerId !== id);
    assert.equal(world.serving().labels[LABEL.service], "web");
  });

  it("stays when another component changes, and through stop and start", async (t) => {
    const { world, id, own, container } = await adopted(t);
    await world.clock.settle();
    const components = [component(), component({ name: "db" })];
    const states = [
      { spec: { components }, state: "converged" },
      { spec: { components, active: false }, state: "stopped" },
      { spec: { components }, state: "converged" },
    ] as const;
    for (const { spec, state } of states) {
      const { generation } = world.deploy(spec, own);
      await world.reported("web", (r) => r.state === state && r.accepted?.generation === generation);
      assert.equal(world.serving("api").id, id);
    }
    assert.deepEqual([container()?.starts, world.runtime.calls.create], [2, 1]);
  });

  it("is replaced by the next change of its component, and the entry left over means nothing", async (t) => {
    const { world, own, container } = await adopted(t);
    const { generation } = world.deploy({ components: [component({ image: "example.net/web:v2" })] }, own);
    await world.reported("web", (r) => r.state === "converged" && r.accepted?.generation === generation);
    assert.equal(container(), undefined);
    assert.deepEqual(world.containers(), ["web-api running"]);
    assert.equal(world.serving().labels[LABEL.generation], "2");
    await world.clock.advance(300_000);
    assert.equal(world.events("drift-opened").length, 0);
  });

  it("may run beside what replaces it, since what it was made from is known", async (t) => {
    const volumes = [{ kind: "volume", source: "data", target: "/data", readOnly: false, options: [] }] as const;
    const before = component({ volumes });
    const { world, own } = await adopted(t, { spec: before });
    const stops = world.runtime.calls.stop;
    const next = component({ volumes, image: "example.net/web:v2", overlap: true });
    world.deploy({ components: [next] }, own);
    await world.reported("web", (r) => r.state === "converged" && r.accepted?.generation === 2);
    const { steps } = world.bus.report("web") ?? { steps: [] };
    const words = steps.map(({ step }) => step);
    assert.ok(words.indexOf("remove") > words.indexOf("start"), words.join(" "));
    assert.ok(world.runtime.calls.stop > stops);
  });

  it("keeps running when its replacement does not come up", async (t) => {
    const { world, id, own, container } = await adopted(t);
    world.runtime.provide("example.net/web:bad", { exitCode: 3 });
    const bad = component({ image: "example.net/web:bad", restart: { policy: "no" } });
    world.deploy({ components: [bad] }, own);
    const report = await world.reported("web", (r) => r.failure !== undefined && r.state === "degraded");
    assert.equal(report.failure?.previousServing, true);
    assert.deepEqual([container()?.state, world.serving().id], ["running", id]);
    const { generation } = world.deploy({}, own);
    await world.reported("web", (r) => r.state === "converged" && r.accepted?.generation === generation);
    assert.equal(world.serving().id, id);
  });

  it("is stopped and removed with its service, and with its component", async (t) => {
    const whole = await adopted(t);
    whole.world.undeploy("web", whole.own);
    await whole.world.reported("web", (r) => r.state === "removed");
    assert.deepEqual(whole.world.containers(), []);
    const part = await adopted(t);
    part.world.deploy({ components: [component({ name: "db" })] }, part.own);
    await part.world.reported("web", (r) => r.state === "converged" && r.accepted?.generation === 2);
    assert.deepEqual(part.world.containers(), ["web-db running"]);
  });

  it("is known again after the agent has lost its store", async (t) => {
    const { world, id, container } = await adopted(t);
    for (const agent of [...world.agents]) await world.stop(agent);
    await world.start({ store: new MemoryStore() });
    await world.reported("web", (r) => r.state === "converged");
    assert.deepEqual([container()?.starts, world.serving().id, world.containers().length], [1, id, 1]);
  });

  it("does not make a machine without containers of ours one that has lost everything", async (t) => {
    const { world } = await adopted(t);
    for (const agent of [...world.agents]) await world.stop(agent);
    await world.start();
    await world.clock.advance(120_000);
    assert.equal(world.events("runtime-empty").length, 0);
  });
});

describe("what may not be adopted", () => {
  it("a container of another service stays that one's", async (t) => {
    const world = new AgentWorld(t);
    await world.start();
    await world.deployed({ name: "other" });
    const theirs = world.serving("api", "other");
    world.deploy({}, { adopted: { api: entry(theirs.id, component()) } });
    await world.reported("web", (r) => r.state === "converged");
    assert.notEqual(world.serving().id, theirs.id);
    assert.deepEqual([world.serving("api", "other").id, theirs.starts], [theirs.id, 1]);
  });

  it("of two services that adopted the same container the later one is blocked, and starts none beside it", async (t) => {
    const { world, id, own } = await adopted(t);
    world.deploy({ name: "shop" }, own);
    const report = await world.reported("shop", (r) => r.state === "blocked");
    assert.match(report.blocked[0]?.message ?? "", /already adopted by web\/api/);
    assert.deepEqual(world.containers(), ["web-api running"]);
    assert.equal(world.serving().id, id);
  });
});

describe("an agent that is asked what a container is", () => {
  it("answers in the words of a spec, with values of env only on demand", async (t) => {
    const world = new AgentWorld(t);
    const id = world.runtime.addForeign("web-api", { spec: component({ env: { TOKEN: "s3cret" } }) });
    await world.start();
    const ask = async (env: boolean) => {
      const replies = await world.bus.request(NODE, { verb: "describe", ids: [id, "f".repeat(64)], env });
      assert.equal(replies.at(-1)?.last, true);
      return replies.flatMap(({ body }) => (body?.verb === "describe" ? [body.container] : []));
    };
    const [hidden, ...others] = await ask(false);
    assert.deepEqual([hidden?.name, hidden?.spec.env, others], ["web-api", { TOKEN: "" }, []]);
    assert.deepEqual((await ask(true))[0]?.spec.env, { TOKEN: "s3cret" });
  });

  it("says new keys only to an operator who can write them into a document", async (t) => {
    const world = new AgentWorld(t);
    const id = world.runtime.addForeign("web-api", { spec: component({ hostname: "own", stopSignal: "SIGINT" }) });
    await world.start();
    const ask = async (documents: object) => {
      const [reply] = await world.bus.request(NODE, { verb: "describe", ids: [id], env: false, ...documents });
      assert.ok(reply?.body?.verb === "describe");
      const { spec, unsaid } = reply.body.container;
      return [spec.hostname, spec.stopSignal, unsaid.map(({ field, value }) => `${field}: ${value}`)];
    };
    assert.deepEqual(await ask({ documents: 2 }), ["own", "SIGINT", []]);
    assert.deepEqual(await ask({}), [undefined, undefined, ["hostname: own", "stop_signal: SIGINT"]]);
  });

  it("refuses a container that was made for another node", async (t) => {
    const world = new AgentWorld(t);
    const id = world.runtime.addForeign("web-api", { labels: { [LABEL.node]: "orion", [LABEL.service]: "web" } });
    await world.start();
    const [reply] = await world.bus.request(NODE, { verb: "describe", ids: [id], env: false });
    assert.match((reply?.body?.verb === "describe" && reply.body.container.refusal) || "", /node "orion"/);
  });
});
