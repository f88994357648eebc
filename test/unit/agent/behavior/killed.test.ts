/**
 * Killed at any instant: the agent is killed at every single call it makes to runtime and store in the course of a
 * change, before the call took effect and after, and started again on what it left behind.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { specHash } from "../../../../src/schemas/service/spec-hash.ts";
import { component, NODE } from "../../../helpers/builders.ts";
import { AgentWorld } from "../../../twin/agent-world.ts";
import { type Mortal, mortal } from "../../../twin/mortal.ts";

const RUNTIME = [
  "info",
  "list",
  "listIds",
  "inspect",
  "imageId",
  "pull",
  "ensureNetwork",
  "create",
  "start",
  "stop",
  "remove",
  "rename",
];
const STORE = ["accept", "remember", "append", "setFact", "markDelivered"];

interface Story {
  /** What there is before; the agent that does it lives. */
  readonly before?: (world: AgentWorld) => Promise<void>;
  /** What then happens, while the agent that will be killed runs. */
  readonly change: (world: AgentWorld) => void;
  /** True when it has been dealt with. */
  readonly isOver: (world: AgentWorld) => boolean;
  /** What holds whenever it is over. */
  readonly holds: (world: AgentWorld) => void;
  /** Holds after every call, and so at the moment of death too. */
  readonly always?: (world: AgentWorld) => void;
}

const report = (world: AgentWorld) => world.bus.report("web");
const isApplied = (generation: number) => (world: AgentWorld) =>
  report(world)?.appliedGeneration === generation && report(world)?.blocked.length === 0;

async function run(story: Story, deathAt: number, moment: "before" | "after"): Promise<Mortal> {
  const world = new AgentWorld();
  world.runtime.provide("example.net/web:bad", { exitCode: 1 });
  if (story.before !== undefined) {
    const first = await world.start();
    await story.before(world);
    await world.stop(first);
  }
  const life = mortal(deathAt, moment);
  const ports = { runtime: life.port(world.runtime, RUNTIME), store: life.port(world.store, STORE) };
  const started = world.start(ports).catch(() => undefined);
  await world.clock.settle();
  story.change(world);
  await world.clock.until(() => life.isDead() || story.isOver(world) || undefined);
  story.always?.(world);
  if (life.isDead()) {
    world.bus.disconnect(NODE); // its connection dies with it
    void started.then((agent) => agent?.stop());
    world.agents.length = 0;
    await world.start();
    await world.clock.until(() => story.isOver(world));
  }
  await world.clock.advance(200_000);
  story.holds(world);
  await world.end();
  return life;
}

function everywhere(title: string, story: Story): void {
  it(title, async () => {
    for (const moment of ["before", "after"] as const) {
      for (let deathAt = 1; ; deathAt++) {
        const life = await run(story, deathAt, moment).catch((cause: unknown) => {
          throw new Error(`killed ${moment} call ${deathAt}`, { cause });
        });
        assert.ok(life.isDead() || deathAt > 15, "there was much to be killed at");
        if (!life.isDead()) break;
      }
    }
  });
}

const v2 = component({ image: "example.net/web:v2", minUpMs: 2_000 });
const port = [{ hostPort: 80, containerPort: 80, protocol: "tcp" }] as const;
const db = component({ name: "db" });

function onlyOnce(world: AgentWorld): void {
  const sequences = world.bus.events.map((e) => e.sequence);
  assert.deepEqual(
    sequences,
    sequences.toSorted((a, b) => a - b),
    "events in order",
  );
  assert.equal(new Set(world.bus.events.map((e) => e.id)).size, sequences.length);
}

describe("an agent that is killed anywhere", () => {
  everywhere("in a first deploy brings the service up, once", {
    change: (world) => world.deploy({ components: [db, component({ dependsOn: ["db"], minUpMs: 1_000 })] }),
    isOver: isApplied(1),
    holds: (world) => {
      assert.deepEqual(world.containers(), ["web-api running", "web-db running"]);
      assert.deepEqual([world.serving("db").starts, world.serving("api").starts], [1, 1]);
      assert.equal(world.events("deploy-succeeded").length, 1);
      assert.equal(world.events("deploy-failed", "drift-opened").length, 0);
      onlyOnce(world);
    },
  });

  everywhere("in replacing a container leaves neither two nor none, and the unchanged one alone", {
    before: async (world) => void (await world.deployed({ components: [db, component()] })),
    change: (world) => world.deploy({ components: [db, v2] }),
    always: (world) => {
      const serving = [...world.runtime.containers.values()].filter((c) => c.state === "running");
      assert.ok(
        serving.some((c) => c.name.startsWith("web-api")),
        "something serves",
      );
    },
    isOver: isApplied(2),
    holds: (world) => {
      assert.deepEqual(world.containers(), ["web-api running", "web-db running"]);
      assert.equal(world.serving("db").starts, 1);
      assert.equal(world.serving("api").image, v2.image);
      assert.equal(world.serving("api").starts, 1);
      assert.equal(world.events("deploy-failed", "drift-opened").length, 0);
    },
  });

  everywhere("in replacing a container that must be stopped first ends with the new one", {
    before: async (world) => void (await world.deployed({ components: [component({ ports: port })] })),
    change: (world) => world.deploy({ components: [{ ...v2, ports: port }] }),
    isOver: isApplied(2),
    holds: (world) => {
      assert.deepEqual(world.containers(), ["web-api running"]);
      assert.equal(world.serving("api").image, v2.image);
      assert.equal(world.events("deploy-failed").length, 0);
    },
  });

  everywhere("in a deploy that fails ends with the old one serving", {
    before: async (world) => void (await world.deployed({ components: [component({ ports: port })] })),
    change: (world) =>
      world.deploy({
        components: [component({ ports: port, image: "example.net/web:bad", restart: { policy: "no" } })],
      }),
    isOver: (world) => report(world)?.failure?.generation === 2 && world.container()?.state === "running",
    holds: (world) => {
      assert.deepEqual(world.containers(), ["web-api running"]);
      assert.equal(world.serving("api").image, "example.net/web:v1");
      assert.equal(world.events("deploy-failed").length, 1);
    },
  });

  everywhere("in stopping a service ends with it stopped", {
    before: async (world) => void (await world.deployed({ components: [db, component({ dependsOn: ["db"] })] })),
    change: (world) => world.deploy({ active: false, components: [db, component({ dependsOn: ["db"] })] }),
    isOver: isApplied(2),
    holds: (world) => {
      assert.deepEqual(world.containers(), ["web-api exited", "web-db exited"]);
      assert.equal(world.events("service-stopped", "deploy-succeeded").length, 2);
    },
  });

  everywhere("in retiring a service ends with nothing left of it", {
    before: async (world) => void (await world.deployed({ components: [db, component()] })),
    change: (world) => world.undeploy(),
    isOver: isApplied(2),
    holds: (world) => assert.deepEqual(world.containers(), []),
  });

  everywhere("in mending drift ends with it mended", {
    before: async (world) => void (await world.deployed({ components: [db, component()] })),
    change: (world) => world.runtime.vanish(world.serving("api").id),
    isOver: (world) => world.container()?.state === "running" && report(world)?.drift.length === 0,
    holds: (world) => {
      assert.deepEqual(world.containers(), ["web-api running", "web-db running"]);
      assert.equal(world.serving("db").starts, 1);
    },
  });

  everywhere("in a deploy that is overtaken by the next one ends with that one", {
    before: async (world) => void (await world.deployed({ components: [component()] })),
    change: (world) => {
      world.deploy({ components: [v2] });
      void world.clock.sleep(1_000, new AbortController().signal).then(() => {
        world.deploy({ components: [component({ image: "example.net/web:v3" })] });
      });
    },
    isOver: isApplied(3),
    holds: (world) => {
      assert.deepEqual(world.containers(), ["web-api running"]);
      assert.equal(world.serving("api").image, "example.net/web:v3");
      assert.equal(world.events("deploy-failed", "drift-opened").length, 0);
    },
  });

  const byHand = component({ image: "example.net/web:v1" });
  const foreign = (world: AgentWorld) => {
    const [found] = [...world.runtime.containers.values()].filter(({ labels }) => labels["mcp.service"] === undefined);
    return found;
  };

  everywhere("in adopting a container never touches it, and in replacing it ends with the new one alone", {
    before: async (world) => {
      world.runtime.addForeign("by-hand", { spec: byHand });
    },
    change: (world) => {
      const adopted = {
        api: { containerId: foreign(world)?.id ?? "", spec: specHash(byHand), generation: 1 },
      };
      world.deploy({ components: [byHand, db] }, { adopted });
      void world.clock.sleep(5_000, new AbortController().signal).then(() => {
        assert.equal(foreign(world)?.starts, 1);
        world.deploy({ components: [v2, db] }, { adopted });
      });
    },
    always: (world) => {
      const serving = [...world.runtime.containers.values()].filter((c) => c.state === "running");
      assert.ok(
        serving.some((c) => c.name.startsWith("web-api") || c.name === "by-hand"),
        "something serves",
      );
    },
    isOver: isApplied(2),
    holds: (world) => {
      assert.deepEqual(world.containers(), ["web-api running", "web-db running"]);
      assert.deepEqual([world.serving("api").image, world.serving("api").starts], [v2.image, 1]);
      assert.equal(foreign(world), undefined);
      assert.equal(world.events("deploy-failed", "drift-opened").length, 0);
    },
  });
});
