/**
 * Two containers that must not run at the same time never do: podman finishes a start whether its caller waits or not, and
 * may acknowledge a stop that had no effect.
 */
import assert from "node:assert/strict";
import { it } from "node:test";
import { component } from "../../../helpers/builders.ts";
import { AgentWorld } from "../../../twin/agent-world.ts";
import { isAlive } from "../../../twin/fake-containers.ts";

const data = { kind: "volume", source: "data", target: "/data", readOnly: false, options: [] } as const;
const database = (version: string) => [component({ image: `example.net/web:${version}`, volumes: [data] })];

const writers = (world: AgentWorld) => [...world.runtime.containers.values()].filter(isAlive).length;

/** Until generation 2 is applied, one container at most is alive; at the end exactly the new one. */
async function assertOneWriter(world: AgentWorld): Promise<void> {
  let most = 0;
  await world.clock.until(() => {
    most = Math.max(most, writers(world));
    return world.bus.report("web")?.appliedGeneration === 2;
  });
  assert.equal(most, 1);
  assert.deepEqual(world.containers(), ["web-api running"]);
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
