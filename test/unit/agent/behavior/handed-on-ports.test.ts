/** A component that takes over the host port of another one of its service. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { component } from "../../../helpers/builders.ts";
import { AgentWorld } from "../../../twin/agent-world.ts";

const publishing = (name: string, hostPort: number, own = {}) =>
  component({ name, ports: [{ hostPort, containerPort: 80, protocol: "tcp" }], ...own });
const portsOf = (world: AgentWorld) =>
  [...world.runtime.containers.values()].map(({ name, state, request }) => {
    const [port] = request?.spec.ports ?? [];
    return `${name} ${state} ${port?.hostPort}`;
  });

describe("host ports of two components", () => {
  it("are handed on in the order in which they become free", async (t) => {
    const world = new AgentWorld(t);
    await world.start();
    await world.deployed({ components: [publishing("api", 80), publishing("site", 81)] });
    await world.deployed({ components: [publishing("api", 81), publishing("site", 82)] });
    assert.deepEqual(portsOf(world).sort(), ["web-api running 81", "web-site running 82"]);
    assert.deepEqual(world.events("deploy-failed"), []);
  });

  it("stay where they are when the one that frees a port fails", async (t) => {
    const world = new AgentWorld(t);
    world.runtime.provide("example.net/web:bad", { exitCode: 1 });
    await world.start();
    await world.deployed({ components: [publishing("api", 80), publishing("site", 81)] });
    const bad = { image: "example.net/web:bad", restart: { policy: "no" } };
    world.deploy({ components: [publishing("api", 81), publishing("site", 82, bad)] });
    await world.reported("web", (r) => r.failure?.generation === 2);
    await world.clock.advance(1_000);
    assert.deepEqual(portsOf(world).sort(), ["web-api running 80", "web-site running 81"]);
  });

  it("stay with the old container when the one that takes over a port fails", async (t) => {
    const world = new AgentWorld(t);
    world.runtime.provide("example.net/web:bad", { exitCode: 1 });
    await world.start();
    await world.deployed({ components: [publishing("api", 80), publishing("site", 81)] });
    const bad = { image: "example.net/web:bad", restart: { policy: "no" } };
    world.deploy({ components: [publishing("api", 81, bad), publishing("site", 82)] });
    await world.reported("web", (r) => r.failure?.generation === 2);
    await world.clock.advance(60_000);
    assert.deepEqual(portsOf(world).sort(), ["web-api running 80", "web-site running 82"]);
  });

  it("are handed on by a component that depends on the one that takes over", async (t) => {
    const world = new AgentWorld(t);
    await world.start();
    const site = (port: number) => publishing("site", port, { dependsOn: ["api"] });
    await world.deployed({ components: [publishing("api", 80), site(81)] });
    await world.deployed({ components: [publishing("api", 81), site(82)] });
    assert.deepEqual(portsOf(world).sort(), ["web-api running 81", "web-site running 82"]);
    assert.deepEqual(world.events("deploy-failed"), []);
  });
});
