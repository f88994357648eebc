/** What a node reports while it carries out a deploy: the step under way, and containers as they are now. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { HealthSpec } from "../../../../src/schemas/service/spec.ts";
import { observedCodec } from "../../../../src/schemas/wire/codec.ts";
import { McpError } from "../../../../src/values/error.ts";
import { component, NODE } from "../../../helpers/builders.ts";
import { AgentWorld } from "../../../twin/agent-world.ts";
import type { Verb } from "../../../twin/fake-faults.ts";

const HEALTH: HealthSpec = {
  ...{ check: { kind: "cmd", cmd: ["true"] }, intervalMs: 10_000, timeoutMs: 3_000, retries: 3, startPeriodMs: 60_000 },
  onUnhealthy: "restart",
};
const v2 = { image: "example.net/web:v2" };
const PORTS = [{ hostPort: 80, containerPort: 80, protocol: "tcp" }] as const;

/** What `mcp ps` would show of these containers. */
async function listed(world: AgentWorld) {
  const replies = await world.bus.request(NODE, { verb: "ps" });
  return replies.flatMap(({ body }) => (body?.verb === "ps" ? body.containers : []));
}

describe("the report during a deploy", () => {
  it("shows a container that waits for its health check as running and starting, as the list of containers does", async (t) => {
    const world = new AgentWorld(t);
    const sick = { is: true };
    world.runtime.provide("example.net/web:v1", { exec: () => (sick.is ? 1 : 0) });
    await world.start();
    world.deploy({ components: [component({ health: HEALTH })] });
    const report = await world.reported("web", (r) => r.components[0]?.health === "starting");
    const [api] = report.components;
    const { step } = api ?? {};
    assert.equal(report.state, "progressing");
    assert.deepEqual([api?.state, step?.name, step?.detail], ["running", "wait", "for its health check"]);
    assert.ok(Date.parse(step?.since ?? "") <= world.clock.now());
    assert.deepEqual(
      (await listed(world)).map(({ id, state, health }) => [id, state, health]),
      [[api?.containerId, "running", "starting"]],
    );
    sick.is = false;
    const done = await world.reported("web", (r) => r.state === "converged" && r.components[0]?.health === "healthy");
    assert.equal(done.components[0]?.step, undefined);
    assert.deepEqual(
      (await listed(world)).map(({ health }) => health),
      ["healthy"],
    );
  });

  it("shows a container as healthy from its first passing check on, although the next check fails", async (t) => {
    const world = new AgentWorld(t);
    const checks = { count: 0 };
    world.runtime.provide("example.net/web:v1", { exec: () => (++checks.count === 2 ? 1 : 0) });
    await world.start();
    world.deploy({ components: [component({ health: HEALTH })] });
    const report = await world.reported("web", (r) => r.state === "converged");
    assert.equal(report.components[0]?.health, "healthy");
    await world.clock.advance(1_000);
    assert.equal(checks.count, 2);
    assert.deepEqual(
      (await listed(world)).map(({ health }) => health),
      ["healthy"],
    );
    assert.equal((await world.reported("web", () => true)).components[0]?.health, "healthy");
  });

  it("shows that an image is being pulled, and the old container that still serves", async (t) => {
    const world = new AgentWorld(t);
    await world.start();
    await world.deployed();
    const { id } = world.serving();
    world.runtime.fail("pull", "hangs");
    world.deploy({ components: [component(v2)] });
    const { components } = await world.reported("web", (r) => r.components[0]?.step?.name === "pull");
    const [api] = components;
    assert.deepEqual([api?.state, api?.containerId, api?.step?.detail], ["running", id, v2.image]);
  });

  it("shows the new container once the old one had to be stopped", async (t) => {
    const world = new AgentWorld(t);
    await world.start();
    await world.deployed({ components: [component({ ports: PORTS })] });
    const { id } = world.serving();
    world.deploy({ components: [component({ ...v2, ports: PORTS, minUpMs: 30_000 })] });
    const { components } = await world.reported("web", (r) => r.components[0]?.step?.name === "wait");
    const [api] = components;
    assert.deepEqual([api?.state, api?.image], ["running", v2.image]);
    assert.notEqual(api?.containerId, id);
  });

  it("shows the wait together with the new container, also where the runtime answers late", async (t) => {
    const conduct = (verb: Verb) => ({ beforeMs: verb === "inspect" ? 2_000 : 0, afterMs: 0 });
    const world = new AgentWorld(t, { conduct });
    await world.start();
    await world.deployed({ components: [component({ ports: PORTS })] });
    world.deploy({ components: [component({ ...v2, ports: PORTS, minUpMs: 30_000 })] });
    const { components } = await world.reported("web", (r) => r.components[0]?.step?.name === "wait");
    assert.deepEqual([components[0]?.state, components[0]?.image], ["running", v2.image]);
  });

  it("has no step where nothing is done, and none after a failure", async (t) => {
    const world = new AgentWorld(t);
    await world.start();
    world.deploy({ components: [component({ image: "example.net/web:nowhere" }), component({ name: "db" })] });
    const { components } = await world.reported("web", (r) => r.failure !== undefined && r.state !== "progressing");
    assert.deepEqual(
      components.map(({ step }) => step),
      [undefined, undefined],
    );
  });

  it("is read by the codec with a step, and without one as 0.1 agents write it", async (t) => {
    const world = new AgentWorld(t);
    await world.start();
    const report = await world.deployed();
    const step = { name: "pull", since: report.at, detail: "x" } as const;
    const withStep = { ...report, components: report.components.map((one) => ({ ...one, step })) };
    for (const one of [report, withStep]) assert.deepEqual(observedCodec.decode(observedCodec.encode(one)), one);
  });
});

describe("a problem that a node reports", () => {
  it("carries the hint of the error that made a deploy fail", async (t) => {
    const world = new AgentWorld(t);
    await world.start();
    const hint = "enable the memory controller";
    world.runtime.fail("create", new McpError("E_UNSUPPORTED", "this node cannot limit memory", { hint }));
    world.deploy();
    const { failure } = await world.reported("web", (r) => r.failure !== undefined);
    assert.deepEqual([failure?.code, failure?.hint], ["E_UNSUPPORTED", hint]);
  });

  it("has no hint where the only advice is to correct the cause", async (t) => {
    const world = new AgentWorld(t);
    world.runtime.provide("example.net/web:v1", { exitCode: 3 });
    await world.start();
    world.deploy({ components: [component({ restart: { policy: "always" } })] });
    const { failure } = await world.reported("web", (r) => r.failure !== undefined);
    assert.deepEqual([failure?.code, failure?.hint], ["E_NODE_FAILED", undefined]);
  });

  it("carries code and hint of an error that stops every attempt, and keeps them while it waits for the next one", async (t) => {
    const world = new AgentWorld(t);
    await world.start();
    await world.deployed();
    const refusal = new McpError("E_RUNTIME", "no kernel key left", { hint: "raise kernel.keys.maxkeys" });
    world.runtime.fail("start", refusal, 2);
    world.runtime.halt(world.serving().id);
    const { blocked } = await world.reported("web", (r) => r.blocked.some(({ reason }) => reason === "backoff"));
    assert.deepEqual(
      blocked.map(({ code, hint }) => [code, hint]),
      [["E_RUNTIME", "raise kernel.keys.maxkeys"]],
    );
    const { blocked: none } = await world.reported("web", (r) => r.state === "converged");
    assert.deepEqual(none, []);
  });

  it("carries code and hint of a runtime that does not answer", async (t) => {
    const world = new AgentWorld(t);
    await world.start();
    await world.deployed();
    world.runtime.failAll(new McpError("E_RUNTIME_UNREACHABLE", "nobody listens", { hint: "start podman.socket" }));
    world.deploy({ components: [component(v2)] });
    const { blocked } = await world.reported("web", (r) => r.state === "blocked");
    const expected = { reason: "runtime", message: "nobody listens", code: "E_RUNTIME_UNREACHABLE" };
    assert.deepEqual(blocked, [{ ...expected, hint: "start podman.socket" }]);
  });
});
