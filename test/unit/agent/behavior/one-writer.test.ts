/**
 * Two containers that must not run at the same time never do: podman finishes a start whether its caller waits or not, and
 * may acknowledge a stop that had no effect.
 */
import assert from "node:assert/strict";
import { it } from "node:test";
import { McpError } from "../../../../src/values/error.ts";
import { component } from "../../../helpers/builders.ts";
import type { Scope } from "../../../helpers/scope.ts";
import { AgentWorld } from "../../../twin/agent-world.ts";
import { type FakeContainer, isAlive } from "../../../twin/fake-containers.ts";

const data = { kind: "volume", source: "data", target: "/data", readOnly: false, options: [] } as const;
const database = (version: string) => [component({ image: `example.net/web:${version}`, volumes: [data] })];

const writes = ({ request }: FakeContainer) => request?.spec.volumes.length === 1;
const writers = (world: AgentWorld) => [...world.runtime.containers.values()].filter(isAlive).length;

/** The first start takes effect after podman's deadline of 15 s, when nobody waits for it any more. */
function worldWithLateStart(scope: Scope): AgentWorld {
  const starts = { count: 0 };
  const conduct = (verb: string) => {
    const isLate = verb === "start" && ++starts.count === 1;
    return { beforeMs: isLate ? 17_000 : 20, afterMs: 0 };
  };
  return new AgentWorld(scope, { conduct, deadlineMs: 15_000 });
}

/** Until generation 2 is applied, one container at most is alive; at the end exactly the new one. */
async function assertOneWriter(world: AgentWorld, name = "web-api"): Promise<void> {
  let most = 0;
  await world.clock.until(() => {
    most = Math.max(most, writers(world));
    return world.bus.report("web")?.appliedGeneration === 2;
  });
  assert.equal(most, 1);
  assert.deepEqual(world.containers(), [`${name} running`]);
}

it("two versions of a database never share one volume, however slowly the first one starts", async (t) => {
  const conduct = (verb: string) => ({ beforeMs: verb === "start" ? 500 : 20, afterMs: 0 });
  const world = new AgentWorld(t, { conduct });
  await world.start();
  world.deploy({ components: database("v1") });
  await world.clock.until(() => world.runtime.calls.start === 1);
  world.deploy({ components: database("v2") });
  await assertOneWriter(world);
});

it("nor when podman says that it stopped the old one and did not", async (t) => {
  const world = new AgentWorld(t, { conduct: () => ({ beforeMs: 20, afterMs: 0 }) });
  await world.start();
  await world.deployed({ components: database("v1") });
  world.runtime.fail("stop", "ignored");
  world.deploy({ components: database("v2") });
  await assertOneWriter(world);
  assert.deepEqual(world.events("deploy-failed"), []);
});

it("nor when podman starts the old one after its deadline", async (t) => {
  const world = worldWithLateStart(t);
  await world.start();
  world.deploy({ components: database("v1") });
  await world.clock.until(() => world.runtime.calls.start === 1);
  world.deploy({ components: [{ ...component({ volumes: [data], minUpMs: 5_000 }), image: "example.net/web:v2" }] });
  await assertOneWriter(world);
});

it("nor when podman starts a component after its deadline that has another name now", async (t) => {
  const world = worldWithLateStart(t);
  await world.start();
  world.deploy({ components: database("v1") });
  await world.clock.until(() => world.runtime.calls.start === 1);
  world.deploy({ components: [component({ name: "db", volumes: [data], minUpMs: 5_000 })] });
  await assertOneWriter(world, "web-db");
});

it("nor when what another component had stopped is started again: one that never ran stays as it is", async (t) => {
  const world = new AgentWorld(t);
  const port = { hostPort: 8080, containerPort: 80, protocol: "tcp" } as const;
  const worker = (version: string) => component({ name: "worker", image: `example.net/web:${version}`, ports: [port] });
  await world.start();
  await world.deployed({ components: [...database("v1"), worker("v1")] });
  const api = world.serving();
  world.runtime.fail("stop", new McpError("E_RUNTIME", "stop: refused"), 3);
  await world.deployed({ components: [...database("v2"), worker("v2")] }, "blocked");
  world.deploy({ components: [worker("v2")] });
  await world.clock.until(() => {
    assert.deepEqual([...world.runtime.containers.values()].filter(writes).filter(isAlive).slice(1), []);
    return world.bus.report("web")?.appliedGeneration === 3;
  });
  assert.equal(world.runtime.containers.has(api.id), false);
  assert.deepEqual(world.containers(), ["web-worker running"]);
});
