/** What an agent makes of what the bus holds: never destroy on doubt. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { McpError } from "../../../../src/values/error.ts";
import { component, desired, NODE, service } from "../../../helpers/builders.ts";
import { AgentWorld } from "../../../twin/agent-world.ts";

const SWEEPS_MS = 300_000;

/** A world with `web` at generation 2. */
async function running(t: { after(end: () => Promise<void>): void }) {
  const world = new AgentWorld(t);
  await world.start();
  const first = world.deploy();
  await world.reported("web", (r) => r.state === "converged");
  await world.deployed({ components: [component({ env: { A: "2" } })] });
  const id = world.serving().id;
  const unharmed = () => {
    assert.deepEqual([world.serving().id, world.serving().state, world.serving().starts], [id, "running", 1]);
  };
  return { world, first, second: JSON.parse(world.bus.desired.get(`${NODE}.web`) ?? "null"), unharmed };
}

const v3 = { components: [component({ image: "example.net/web:v3" })] };
const text = (value: unknown) => JSON.stringify(value);

const FACTS = {
  "the key is gone": { text: undefined, kind: "desired-regressed", says: /holds nothing/ },
  "the document is older": {
    text: (first: unknown) => text(first),
    kind: "desired-regressed",
    says: /generation 1, older than the accepted generation 2/,
  },
  "the same generation has another content": {
    text: (_: unknown, second: object) => text({ ...second, author: "mallory" }),
    kind: "desired-regressed",
    says: /another document of generation 2/,
  },
  "a higher generation comes from another lineage": {
    text: () => text(desired({ generation: 9, base: { generation: 1, hash: "other" }, spec: service(v3) })),
    kind: "desired-regressed",
    says: /generation 9 is based on generation 1/,
  },
  "it is no document": { text: () => "{ nonsense", kind: "desired-refused", says: /JSON/ },
  "it is no valid document": { text: () => text({ version: 1 }), kind: "desired-refused", says: /desired state/ },
  "it is addressed to another node": {
    text: (_: unknown, second: object) => text({ ...second, node: "other", generation: 3 }),
    kind: "desired-refused",
    says: /addressed to web@other/,
  },
} as const;

describe("nothing stops, and there is one report, when", () => {
  for (const [title, fact] of Object.entries(FACTS)) {
    it(title, async (t) => {
      const { world, first, second, unharmed } = await running(t);
      if (fact.text === undefined) {
        world.bus.desired.delete(`${NODE}.web`);
        world.bus.wake(NODE, "web");
      } else world.bus.putText(NODE, "web", fact.text(first, second));
      await world.clock.advance(SWEEPS_MS);
      unharmed();
      const told = world.events("desired-regressed", "desired-refused");
      assert.deepEqual(
        told.map((e) => [e.kind, e.service]),
        [[fact.kind, "web"]],
      );
      assert.match(told[0]?.message ?? "", fact.says);
      assert.match(world.bus.report("web")?.regressed ?? "", fact.says);
      world.bus.putText(NODE, "web", text(second));
      await world.reported("web", (r) => r.regressed === undefined);
      unharmed();
      assert.equal(world.events("sweep-found").length, 0);
    });
  }

  it("the whole bucket is empty, index and all", async (t) => {
    const { world, unharmed } = await running(t);
    world.bus.wipe();
    await world.clock.advance(SWEEPS_MS);
    unharmed();
    assert.equal(world.events("desired-regressed").length, 1);
  });

  it("the bus answers with errors only: that is no finding about the service", async (t) => {
    const { world, unharmed } = await running(t);
    world.bus.beforeCall = (_node, verb) => {
      if (verb.startsWith("read")) throw new McpError("E_BUS", "jetstream is not enabled");
    };
    await world.clock.advance(SWEEPS_MS);
    unharmed();
    assert.equal(world.events("desired-regressed", "desired-refused").length, 0);
  });

  it("a restarted agent finds the same fact again", async (t) => {
    const { world, unharmed } = await running(t);
    world.bus.wipe();
    await world.clock.advance(SWEEPS_MS);
    const [agent] = world.agents;
    assert.ok(agent);
    await world.stop(agent);
    await world.start();
    await world.clock.advance(SWEEPS_MS);
    unharmed();
    assert.equal(world.events("desired-regressed").length, 1);
  });
});

describe("a document for a service that was never here", () => {
  it("is refused once when it does not validate, and accepted when it is repaired", async (t) => {
    const world = new AgentWorld(t);
    await world.start();
    world.bus.putText(NODE, "web", "[]");
    await world.clock.advance(SWEEPS_MS);
    assert.equal(world.events("desired-refused").length, 1);
    await world.deployed();
  });
});

describe("an author who names the accepted state", () => {
  it("may force another lineage", async (t) => {
    const { world } = await running(t);
    const floor = world.bus.report("web")?.accepted;
    assert.ok(floor);
    world.bus.put(desired({ generation: 3, base: null, force: floor, spec: service(v3) }));
    await world.reported("web", (r) => r.state === "converged" && r.accepted?.generation === 3);
    assert.equal(world.serving().image, "example.net/web:v3");
  });
});

describe("a wake-up that is lost", () => {
  it("costs delay: the sweep finds the newer state and says so", async (t) => {
    const world = new AgentWorld(t);
    await world.start();
    await world.deployed();
    world.bus.losesWakes = true;
    await world.deployed(v3);
    assert.deepEqual(
      world.events("sweep-found").map((e) => e.service),
      ["web"],
    );
  });

  it("is not claimed for what was written while the agent was away", async (t) => {
    const world = new AgentWorld(t);
    world.deploy();
    await world.start();
    await world.reported("web", (r) => r.state === "converged");
    world.bus.disconnect(NODE);
    world.deploy(v3);
    world.bus.connect(NODE);
    await world.reported("web", (r) => r.state === "converged" && r.accepted?.generation === 2);
    await world.clock.advance(SWEEPS_MS);
    assert.equal(world.events("sweep-found").length, 0);
  });
});

describe("while the bus is down", () => {
  it("drift is repaired, and every event comes once and in order when it is back", async (t) => {
    const world = new AgentWorld(t);
    await world.start();
    await world.deployed();
    world.bus.disconnect(NODE);
    for (let round = 0; round < 3; round++) {
      world.runtime.vanish(world.serving().id);
      await world.clock.until(() => world.container()?.state === "running");
    }
    const before = world.bus.events.length;
    assert.equal(world.events("drift-opened").length, 0);
    world.bus.connect(NODE);
    await world.clock.until(() => world.events("drift-closed").length === 3);
    const sequences = world.bus.events.map((e) => e.sequence);
    assert.deepEqual(
      sequences,
      sequences.toSorted((a, b) => a - b),
    );
    assert.equal(new Set(sequences).size, sequences.length);
    assert.deepEqual(
      sequences,
      Array.from(sequences, (_, index) => index + 1),
      "none is missing",
    );
    assert.ok(before < sequences.length);
    assert.equal(world.bus.duplicates, 0);
  });

  it("an agent that starts looks after what it had accepted", async (t) => {
    const world = new AgentWorld(t);
    const agent = await world.start();
    await world.deployed();
    await world.stop(agent);
    world.runtime.vanish(world.serving().id);
    await world.start({ isUp: false });
    await world.clock.until(() => world.container()?.state === "running");
  });

  it("an acknowledgement that is lost makes no second event", async (t) => {
    const world = new AgentWorld(t);
    await world.start();
    const lost = { left: 2 };
    world.bus.afterCall = (_node, verb) => {
      if (verb === "publishEvent" && lost.left-- > 0) throw new McpError("E_TIMEOUT", "no acknowledgement");
    };
    await world.deployed();
    await world.clock.until(() => world.events("deploy-succeeded").length === 1);
    assert.equal(new Set(world.bus.events.map((e) => e.sequence)).size, world.bus.events.length);
    assert.equal(world.bus.duplicates, 2);
  });

  it("a report that cannot be put is put soon after, without anything new happening", async (t) => {
    const world = new AgentWorld(t);
    await world.start();
    const broken = { is: true };
    world.bus.beforeCall = (_node, verb) => {
      if (verb === "putObserved" && broken.is) throw new McpError("E_BUS", "no leader");
    };
    world.deploy();
    await world.clock.until(() => world.container()?.state === "running");
    await world.clock.advance(10_000);
    broken.is = false;
    const at = world.clock.now();
    await world.reported("web", (r) => r.state === "converged");
    assert.ok(world.clock.now() - at < 5_000);
  });
});

describe("a report", () => {
  it("is not made of a service that was not looked at yet", async (t) => {
    const world = new AgentWorld(t);
    const agent = await world.start();
    await world.deployed();
    await world.stop(agent);
    const before = world.bus.reports.length;
    world.runtime.failAll(new McpError("E_RUNTIME_UNREACHABLE", "no socket"));
    await world.start();
    world.deploy(v3);
    await world.clock.advance(30_000);
    world.bus.disconnect(NODE);
    world.bus.connect(NODE);
    await world.clock.advance(30_000);
    for (const report of world.bus.reports.slice(before)) assert.notEqual(report.state, "converged");
    for (const { components } of world.bus.reports.slice(before)) {
      assert.ok(components.every(({ state }) => state !== "missing"));
    }
  });
});
