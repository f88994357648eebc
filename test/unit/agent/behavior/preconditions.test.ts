/** What a node lacks for one component of a generation is found before a container of any other is touched. */
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { ComponentSpec } from "../../../../src/schemas/service/spec.ts";
import { component } from "../../../helpers/builders.ts";
import { tempDir } from "../../../helpers/temp-dir.ts";
import { AgentWorld } from "../../../twin/agent-world.ts";

const NAMES = ["a", "b", "c", "d", "e"];
const bind = (source: string) => ({ kind: "bind", source, target: "/x", readOnly: true, options: [] }) as const;

/** Five components, the last one with something of its own. */
function five(image: string, last: Partial<ComponentSpec> = {}): ComponentSpec[] {
  return NAMES.map((name) => component({ name, image, ...(name === "e" ? last : {}) }));
}

const HELD = { hostPort: 8080, containerPort: 8080, protocol: "tcp" } as const;
const V1 = "example.net/web:v1";
const V2 = "example.net/web:v2";

describe("a generation with a component that cannot be created", () => {
  const unfit: Record<string, Partial<ComponentSpec>> = {
    "whose bind source is missing": { volumes: [bind("/nowhere/at/all")] },
    "with a port that needs root": { ports: [{ hostPort: 80, containerPort: 80, protocol: "tcp" }] },
    "with a port that another program holds": { ports: [{ ...HELD, containerPort: 80 }] },
    "whose image has no registry": { image: "web:v2" },
  };
  for (const [what, own] of Object.entries(unfit)) {
    it(`${what}: no container is touched`, async (t) => {
      const world = new AgentWorld(t);
      world.runtime.lowestPort = 1024;
      world.runtime.heldPorts.push({ port: HELD, by: "nginx (pid 123)" });
      await world.start();
      await world.deployed({ components: five(V1) });
      const before = world.containers();
      const calls = { ...world.runtime.calls };
      world.deploy({ components: five(V2, own) });
      const report = await world.reported("web", (r) => r.failure !== undefined && r.state === "degraded");
      assert.equal(report.failure?.component, "e");
      assert.deepEqual(world.containers(), before);
      const { start, stop, remove } = world.runtime.calls;
      assert.deepEqual([start, stop, remove], [calls.start, calls.stop, calls.remove]);
      const waiting = report.blocked.filter(({ reason }) => reason === "dependency");
      assert.deepEqual(
        waiting.map(({ component }) => component),
        ["a", "b", "c", "d"],
      );
      assert.match(waiting[0]?.message ?? "", /^waits for e, which cannot be created on this node: /);
      assert.equal(world.events("deploy-failed").length, 1);
    });
  }

  it("is brought up whole when the node has what it lacked", async (t) => {
    const world = new AgentWorld(t);
    await world.start();
    const source = join(await tempDir(t), "data");
    world.deploy({ components: five(V1, { volumes: [bind(source)] }) });
    await world.reported("web", (r) => r.failure !== undefined);
    assert.deepEqual(world.containers(), []);
    await mkdir(source);
    await world.reported("web", (r) => r.state === "converged");
    assert.equal(world.containers().length, 5);
  });

  it("is brought up by itself when the program that held its port has ended", async (t) => {
    const world = new AgentWorld(t);
    world.runtime.heldPorts.push({ port: HELD, by: "nginx (pid 123)" });
    await world.start();
    world.deploy({ components: five(V1, { ports: [HELD] }) });
    const { failure } = await world.reported("web", (r) => r.failure !== undefined);
    assert.equal(failure?.message, "component e: host port 8080 is in use on this node by nginx (pid 123)");
    assert.deepEqual(world.containers(), []);
    world.runtime.heldPorts.length = 0;
    await world.reported("web", (r) => r.state === "converged");
    assert.equal(world.containers().length, 5);
  });

  it("does not keep a component that is as before from being repaired", async (t) => {
    const world = new AgentWorld(t);
    await world.start();
    await world.deployed({ components: five(V1) });
    const changed = five(V1, { volumes: [bind("/nowhere/at/all")] });
    world.deploy({ components: changed });
    await world.reported("web", (r) => r.failure !== undefined && r.state === "degraded");
    world.runtime.vanish(world.serving("a").id);
    await world.clock.until(() => world.container("web-a")?.state === "running");
  });
});
