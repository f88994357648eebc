/** What operators ask of a running agent, and what health checks say. */
import assert from "node:assert/strict";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from "node:net";
import { describe, it } from "node:test";
import { runCheck } from "../../../../src/agent/watch/health-checks.ts";
import type { HealthCheck, HealthSpec } from "../../../../src/schemas/service/spec.ts";
import { component, NODE } from "../../../helpers/builders.ts";
import type { Scope } from "../../../helpers/scope.ts";
import { AgentWorld } from "../../../twin/agent-world.ts";
import { FakeRuntime } from "../../../twin/fake-runtime.ts";

const health = (own: Partial<HealthSpec> = {}): HealthSpec => ({
  ...{ check: { kind: "cmd", cmd: ["true"] }, intervalMs: 10_000, timeoutMs: 3_000, retries: 3, startPeriodMs: 0 },
  ...{ onUnhealthy: "restart", ...own },
});

describe("a restart that an operator asks for", () => {
  it("restarts the same containers in the order of their dependencies", async (t) => {
    const world = new AgentWorld(t);
    await world.start();
    await world.deployed({ components: [component({ dependsOn: ["db"] }), component({ name: "db" })] });
    const ids = [world.serving("db").id, world.serving("api").id];
    const replies = await world.bus.request(NODE, { verb: "restart", service: "web" });
    const restarted = replies.flatMap(({ body }) => (body?.verb === "restart" ? [body.containerId] : []));
    assert.deepEqual(restarted, ids);
    assert.equal(replies.at(-1)?.last, true);
    assert.deepEqual([world.serving("db").starts, world.serving("api").starts], [2, 2]);
    assert.equal(world.events("service-restarted").length, 1);
  });

  it("does not make a failed deploy be tried again while the old version serves", async (t) => {
    const world = new AgentWorld(t);
    await world.start();
    await world.deployed();
    world.deploy({ components: [component({ image: "example.net/web:nowhere" })] });
    await world.reported("web", (r) => r.failure !== undefined && r.state === "degraded");
    await world.bus.request(NODE, { verb: "restart", service: "web" });
    await world.clock.advance(120_000);
    assert.equal(world.events("deploy-failed").length, 1);
  });

  it("does not keep a failed first deploy from being tried again", async (t) => {
    const world = new AgentWorld(t);
    await world.start();
    world.deploy({ components: [component({ image: "example.net/web:late" })] });
    await world.reported("web", (r) => r.failure !== undefined);
    await world.bus.request(NODE, { verb: "restart", service: "web" });
    world.runtime.provide("example.net/web:late");
    await world.reported("web", (r) => r.state === "converged");
  });

  it("is refused for what is not here or is stopped", async (t) => {
    const world = new AgentWorld(t);
    await world.start();
    const [unknown] = await world.bus.request(NODE, { verb: "restart", service: "web" });
    assert.equal(unknown?.error?.code, "E_NOT_FOUND");
    await world.deployed({ active: false }, "stopped");
    const [stopped] = await world.bus.request(NODE, { verb: "restart", service: "web" });
    assert.equal(stopped?.error?.code, "E_NODE_FAILED");
  });
});

describe("a health check", () => {
  it("must pass before the old container goes", async (t) => {
    const world = new AgentWorld(t);
    const sick = { is: true };
    world.runtime.provide("example.net/web:v2", { exec: () => (sick.is ? 1 : 0) });
    await world.start();
    await world.deployed();
    const old = world.serving().id;
    world.deploy({ components: [component({ image: "example.net/web:v2", health: health() })] });
    await world.clock.advance(20_000);
    assert.equal(world.serving().id, old);
    sick.is = false;
    await world.reported("web", (r) => r.state === "converged" && r.accepted?.generation === 2);
    assert.notEqual(world.serving().id, old);
  });

  it("that never passes makes the deploy fail, and the old container keeps running", async (t) => {
    const world = new AgentWorld(t);
    world.runtime.provide("example.net/web:v2", { exec: () => 1 });
    await world.start();
    await world.deployed();
    const at = world.clock.now();
    world.deploy({ components: [component({ image: "example.net/web:v2", health: health() })] });
    const report = await world.reported("web", (r) => r.failure !== undefined && r.state === "degraded");
    assert.match(report.failure?.message ?? "", /healthy/);
    assert.equal(world.serving().image, "example.net/web:v1");
    assert.ok(world.clock.now() - at < 60_000);
  });

  it("that fails later restarts the container with growing delays, and never calls that a fight", async (t) => {
    const world = new AgentWorld(t);
    const sick = { is: false };
    world.runtime.provide("example.net/web:v1", { exec: () => (sick.is ? 1 : 0) });
    await world.start();
    await world.deployed({ components: [component({ health: health() })] });
    sick.is = true;
    await world.clock.until(() => world.serving().starts === 2);
    await world.clock.advance(1_800_000);
    const starts = world.serving().starts;
    assert.ok(starts > 4 && starts < 40, `${starts} starts in half an hour`);
    assert.equal(world.events("drift-fight", "flapping").length, 0);
    sick.is = false;
    await world.reported("web", (r) => r.components[0]?.health === "healthy" && r.drift.length === 0);
  });

  it("with on_unhealthy = report is only told", async (t) => {
    const world = new AgentWorld(t);
    const sick = { is: false };
    world.runtime.provide("example.net/web:v1", { exec: () => (sick.is ? 1 : 0) });
    await world.start();
    await world.deployed({ components: [component({ health: health({ onUnhealthy: "report" }) })] });
    sick.is = true;
    const report = await world.reported("web", (r) => r.components[0]?.health === "unhealthy" && r.drift.length > 0);
    assert.equal(report.state, "degraded");
    await world.clock.advance(600_000);
    assert.equal(world.serving().starts, 1);
    assert.equal(world.events("drift-opened").length, 1);
  });
});

/** A server that does `behave` with each connection. @returns its port. */
async function listening(scope: Scope, server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  scope.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}

describe("a check of kind", () => {
  const passes = async (check: HealthCheck, timeoutMs = 3_000) => {
    const life = new AbortController();
    return await runCheck(new FakeRuntime(), { id: "c", health: health({ check, timeoutMs }) }, life.signal);
  };

  it("http passes with an answer below 400, redirects included", async (t) => {
    const port = await listening(
      t,
      createHttpServer((request, response) => {
        response.writeHead(Number(request.url?.slice(1)), { location: "/500" }).end("body");
      }),
    );
    const results = await Promise.all(
      [200, 204, 302, 404, 503].map((status) => passes({ kind: "http", url: `http://127.0.0.1:${port}/${status}` })),
    );
    assert.deepEqual(results, [true, true, true, false, false]);
  });

  it("http fails when nothing answers in time", async (t) => {
    const port = await listening(t, createTcpServer());
    assert.equal(await passes({ kind: "http", url: `http://127.0.0.1:${port}/` }, 100), false);
  });

  it("tcp passes with a greeting, or with a connection that stays open", async (t) => {
    const greets = await listening(
      t,
      createTcpServer((socket) => socket.end("220 ready\r\n")),
    );
    const listens = await listening(t, createTcpServer());
    assert.equal(await passes({ kind: "tcp", address: `127.0.0.1:${greets}` }), true);
    assert.equal(await passes({ kind: "tcp", address: `127.0.0.1:${listens}` }), true);
  });

  it("tcp passes within a short timeout too, when the server is silent", async (t) => {
    const listens = await listening(t, createTcpServer());
    for (const timeoutMs of [1_000, 300]) {
      assert.equal(await passes({ kind: "tcp", address: `127.0.0.1:${listens}` }, timeoutMs), true, `${timeoutMs} ms`);
    }
    const closes = await listening(
      t,
      createTcpServer((socket) => setTimeout(() => socket.end(), 50)),
    );
    assert.equal(await passes({ kind: "tcp", address: `127.0.0.1:${closes}` }, 300), false);
  });

  it("tcp fails when the connection is closed at once without a word, or refused", async (t) => {
    const closes = await listening(
      t,
      createTcpServer((socket) => socket.end()),
    );
    assert.equal(await passes({ kind: "tcp", address: `127.0.0.1:${closes}` }), false);
    assert.equal(await passes({ kind: "tcp", address: "127.0.0.1:1" }), false);
  });
});
