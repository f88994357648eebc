/**
 * Killed at any instant: the agent is killed at every single change that it asks runtime, store and bus for in the course of a
 * story, before it took effect and after, and started again on what it left behind; then once more while it recovers.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { LABEL } from "../../../../src/schemas/service/labels.ts";
import { specHash } from "../../../../src/schemas/service/spec-hash.ts";
import type { RequestBody } from "../../../../src/schemas/wire/request.ts";
import { component, NODE } from "../../../helpers/builders.ts";
import { KillPoints } from "../../../helpers/killed-anywhere.ts";
import type { AgentWorld } from "../../../twin/agent-world.ts";
import { detailOf, idOfText } from "../../../twin/fake-containers.ts";
import { NEVER } from "../../../twin/never.ts";

/** No running agent asks for these. */
const NOT_BY_THE_AGENT = ["snapshot"]; // only `mcp-agent snapshot` does

const points = new KillPoints();
const everywhere = points.everywhere.bind(points);

const report = (world: AgentWorld) => world.bus.report("web");
const isApplied = (generation: number) => (world: AgentWorld) =>
  report(world)?.appliedGeneration === generation && report(world)?.blocked.length === 0;

/** The operator asks again and again, as long as there is a reason: an agent that is killed answers nothing. */
function keepAsking(world: AgentWorld, body: () => RequestBody | undefined): void {
  const ask = async (): Promise<void> => {
    const asked = body();
    if (asked === undefined) return;
    void world.bus.request(NODE, asked);
    await world.clock.sleep(5_000, NEVER);
    await ask();
  };
  void ask();
}

const v2 = component({ image: "example.net/web:v2", minUpMs: 2_000 });
const port = [{ hostPort: 80, containerPort: 80, protocol: "tcp" }] as const;
const db = component({ name: "db" });
const check = { kind: "cmd", cmd: ["true"] } as const;
const times = { intervalMs: 1_000, timeoutMs: 1_000, retries: 2, startPeriodMs: 0 };
/** In a network, and up when its check passes. */
const checked = { ...db, network: "inner", health: { check, ...times, onUnhealthy: "restart" } } as const;

describe("an agent that is killed anywhere", () => {
  everywhere("in a first deploy brings the service up, once", {
    change: (world) => world.deploy({ components: [checked, component({ dependsOn: ["db"], minUpMs: 1_000 })] }),
    isOver: isApplied(1),
    holds: (world) => {
      assert.deepEqual(world.containers(), ["web-api running", "web-db running"]);
      assert.deepEqual([world.serving("db").starts, world.serving("api").starts], [1, 1]);
      assert.equal(world.events("deploy-succeeded").length, 1);
      assert.deepEqual(world.events("deploy-failed", "drift-opened"), []);
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
      assert.deepEqual(world.events("deploy-failed", "drift-opened"), []);
    },
  });

  const onNetwork = { network: "shop" };
  const answering = (world: AgentWorld) =>
    [...world.runtime.containers.values()]
      .filter(({ state }) => state === "running")
      .filter((container) => detailOf(container).has.networks["shop"]?.includes("api"));

  everywhere("in giving a new container its names leaves them with the old one or the new one", {
    before: async (world) => void (await world.deployed({ components: [component(onNetwork)] })),
    change: (world) => world.deploy({ components: [{ ...v2, ...onNetwork }] }),
    always: (world) => assert.notEqual(answering(world).length, 0, "something answers to the name"),
    isOver: isApplied(2),
    holds: (world) => {
      assert.deepEqual(world.containers(), ["web-api running"]);
      assert.deepEqual(answering(world), [world.serving("api")]);
      assert.deepEqual([world.serving("api").image, world.serving("api").starts], [v2.image, 1]);
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

  const publishing = (name: string, hostPort: number, own = {}) =>
    component({ name, ports: [{ hostPort, containerPort: 80, protocol: "tcp" }], ...own });
  const portsOf = (world: AgentWorld) =>
    [...world.runtime.containers.values()]
      .map(({ name, state, request }) => `${name} ${state} ${request?.spec.ports[0]?.hostPort}`)
      .sort();

  everywhere("while two components exchange their host ports ends with both exchanged", {
    before: async (world) =>
      void (await world.deployed({ components: [publishing("api", 80), publishing("site", 81)] })),
    change: (world) => world.deploy({ components: [publishing("api", 81), publishing("site", 80)] }),
    isOver: isApplied(2),
    holds: (world) => {
      assert.deepEqual(portsOf(world), ["web-api running 81", "web-site running 80"]);
      assert.deepEqual(world.events("deploy-failed", "drift-opened"), []);
    },
  });

  const publishes = (hostPort: number) => ({ components: [publishing("api", hostPort)] });

  everywhere("while two services exchange their host ports ends with both exchanged", {
    before: async (world) => {
      await world.deployed({ name: "shop", ...publishes(80) });
      await world.deployed(publishes(81));
    },
    change: (world) => {
      world.deploy(publishes(80));
      world.deploy({ name: "shop", ...publishes(81) });
    },
    isOver: (world) => isApplied(2)(world) && world.bus.report("shop")?.appliedGeneration === 2,
    holds: (world) => {
      assert.deepEqual(portsOf(world), ["shop-api running 81", "web-api running 80"]);
      assert.deepEqual(world.events("deploy-failed", "drift-opened"), []);
    },
  });

  everywhere("while two components exchange their host ports and one fails ends with neither exchanged", {
    before: async (world) =>
      void (await world.deployed({ components: [publishing("api", 80), publishing("site", 81)] })),
    change: (world) => {
      const bad = { image: "example.net/web:bad", restart: { policy: "no" } };
      world.deploy({ components: [publishing("api", 81), publishing("site", 80, bad)] });
    },
    isOver: (world) =>
      report(world)?.failure?.generation === 2 &&
      world.container()?.state === "running" &&
      world.container("web-site")?.state === "running",
    holds: (world) => {
      assert.deepEqual(portsOf(world), ["web-api running 80", "web-site running 81"]);
      assert.equal(world.events("deploy-failed").length, 1);
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
      assert.deepEqual(world.events("deploy-failed", "drift-opened"), []);
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
      assert.deepEqual(world.events("deploy-failed", "drift-opened"), []);
    },
  });

  everywhere("in undoing a rename by hand ends with the name as desired, and touches nothing else", {
    before: async (world) => void (await world.deployed({ components: [db, component()] })),
    change: (world) => world.runtime.renameByHand(world.serving("api").id, "by-hand"),
    isOver: (world) => world.container()?.state === "running" && report(world)?.drift.length === 0,
    holds: (world) => {
      assert.deepEqual(world.containers(), ["web-api running", "web-db running"]);
      assert.deepEqual([world.serving("db").starts, world.serving("api").starts], [1, 1]);
      assert.equal(world.events("drift-opened", "drift-closed").length, 2);
    },
  });

  everywhere("after a reboot brings back what ran, in its order", {
    before: async (world) =>
      void (await world.deployed({
        components: [db, component({ dependsOn: ["db"], restart: { policy: "always" } })],
      })),
    between: async (world) => {
      world.runtime.powerCut();
      world.runtime.startService();
      await world.store.setFact("machine-boot", "another boot");
    },
    change: () => undefined,
    isOver: (world) => world.containers().every((text) => text.endsWith(" running")) && isApplied(1)(world),
    holds: (world) => {
      assert.deepEqual(world.containers(), ["web-api running", "web-db running"]);
      assert.ok(world.serving("db").startedAtMs <= world.serving("api").startedAtMs, "the dependency first");
      assert.equal(world.events("drift-fight").length, 0);
    },
  });

  const restarted = (world: AgentWorld) => world.serving("api").starts > 1 && world.serving("db").starts > 1;

  everywhere("in a restart by order ends with everything running", {
    before: async (world) => void (await world.deployed({ components: [db, component({ dependsOn: ["db"] })] })),
    change: (world) => keepAsking(world, () => (restarted(world) ? undefined : { verb: "restart", service: "web" })),
    isOver: (world) => restarted(world) && world.containers().every((text) => text.endsWith(" running")),
    holds: (world) => {
      assert.deepEqual(world.containers(), ["web-api running", "web-db running"]);
      assert.equal(world.events("drift-fight").length, 0);
    },
  });

  everywhere("in removing an orphan and an image by order ends with both gone, and nothing else", {
    before: async (world) => {
      for (const image of ["example.net/web:v1", v2.image])
        await world.deployed({ components: [component({ image })] });
      const labels = { [LABEL.service]: "old", [LABEL.component]: "api", [LABEL.node]: NODE };
      world.runtime.addForeign("old-api", { labels });
      world.runtime.addForeign("by-hand");
    },
    change: (world) => {
      keepAsking(world, () => {
        const orphan = world.container("old-api");
        return orphan && { verb: "remove-orphan", containerId: orphan.id, state: orphan.state as "running" };
      });
      keepAsking(world, () => {
        const references = ["example.net/web:v1"];
        const id = idOfText("example.net/web:v1");
        return world.runtime.images.has("example.net/web:v1") ? { verb: "remove-image", id, references } : undefined;
      });
    },
    isOver: (world) => world.container("old-api") === undefined && !world.runtime.images.has("example.net/web:v1"),
    holds: (world) => {
      assert.deepEqual(world.containers(), ["by-hand running", "web-api running"]);
      assert.deepEqual([...world.runtime.images.keys()], [v2.image]);
      assert.ok(world.events("orphan-removed").length <= 1 && world.events("image-removed").length <= 1);
    },
  });

  it("was killed at every verb that changes something", (t) => {
    t.diagnostic(points.text);
    assert.deepEqual(points.missing(), NOT_BY_THE_AGENT);
    assert.ok(points.count >= 250, `only ${points.count} kill points`);
  });
});
