/** A new version that does not come up is undone: in which order, and what the failure says of the old one. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ComponentSpec } from "../../../../src/schemas/service/spec.ts";
import { McpError } from "../../../../src/values/error.ts";
import { component } from "../../../helpers/builders.ts";
import type { Scope } from "../../../helpers/scope.ts";
import { AgentWorld } from "../../../twin/agent-world.ts";

const check = { kind: "cmd", cmd: ["healthy?"] } as const;
const times = { intervalMs: 1_000, timeoutMs: 1_000, retries: 2, startPeriodMs: 0 };

/** Its host port is free only while the other version does not run. Version 2 runs, and its health check never passes. */
const withPort = (version: string): ComponentSpec =>
  component({
    image: `example.net/web:${version}`,
    ports: [{ hostPort: 80, containerPort: 80, protocol: "tcp" }],
    health: { check, ...times, onUnhealthy: "report" },
  });

async function deployed(t: Scope): Promise<AgentWorld> {
  const world = new AgentWorld(t);
  world.runtime.provide("example.net/web:v1", { exec: () => 0 });
  world.runtime.provide("example.net/web:v2", { exec: () => 1 });
  await world.start();
  await world.deployed({ components: [withPort("v1")] });
  return world;
}

async function failure(world: AgentWorld) {
  world.deploy({ components: [withPort("v2")] });
  return (await world.reported("web", (report) => report.failure?.generation === 2)).failure;
}

describe("a new version that does not come up", () => {
  it("is removed before the old one is started again, which needs its port", async (t) => {
    const world = await deployed(t);
    const asked = await failure(world);
    assert.equal(asked?.previousServing, true);
    assert.deepEqual(world.containers(), ["web-api running"]);
    assert.deepEqual([world.serving().image, world.serving().starts], ["example.net/web:v1", 2]);
  });

  it("does not say that the old one runs when podman refuses to start it", async (t) => {
    const world = await deployed(t);
    const { start } = world.runtime;
    const old = world.serving().id;
    world.runtime.start = async (id, signal) => {
      if (id === old) throw new McpError("E_RUNTIME", "no more processes");
      await start.call(world.runtime, id, signal);
    };
    assert.equal((await failure(world))?.previousServing, false);
    const [event] = world.events("deploy-failed");
    assert.doesNotMatch(event?.message ?? "", /still running/);
  });
});
