/** `mcp sync` as a program, against a fleet of real agents over pretended machines in processes of their own. */
import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import type { OperatorBus } from "../../../src/bus/ports/operator-bus.ts";
import { eventually } from "../../helpers/eventually.ts";
import { type SimulatedFleet, simulatedFleet } from "../../helpers/simulated-fleet.ts";
import { createWorkstation, type Workstation } from "../../helpers/workstation.ts";
import { all, operatorBus, provisionedServer } from "../bus-fixtures.ts";

const NODES = Array.from({ length: 10 }, (_, index) => `n${index}`);
const AWAY = NODES.slice(8);
const SERVICES = Array.from({ length: 100 }, (_, index) => `s${String(index).padStart(2, "0")}`);
const IMAGES = ["v1", "v2", "v3"].map((version) => `example.net/app:${version}`);

const members = (nodes: readonly string[]) => nodes.map((node) => ({ node }));

interface World {
  readonly bus: OperatorBus;
  readonly fleet: SimulatedFleet;
  readonly alice: Workstation;
}

/** Everybody was seen once; then two went away. What accounts let through is not the question here, so there are none. */
async function tenNodesTwoAway(t: TestContext): Promise<World> {
  const server = await provisionedServer(t);
  const bus = await operatorBus(t, server);
  const fleet = simulatedFleet(t, { servers: [server.url], processes: 2, images: IMAGES });
  await fleet.start(members(NODES));
  await fleet.stop(AWAY);
  await eventually(async () => (await bus.listPresence()).length === NODES.length, { what: "all nodes were seen" });
  const alice = await createWorkstation(t, { servers: [server.url], uid: 64_101 });
  return { bus, fleet, alice };
}

/** Ten services a node. */
async function defineAll({ define }: Workstation, image: string | undefined): Promise<void> {
  const toml = (name: string, node = "n0") =>
    `name = "${name}"\nnode = "${node}"\n[[components]]\nname = "api"\nimage = "${image}"\nmin_up = "0s"\n`;
  await Promise.all(SERVICES.map((name, index) => define(name, toml(name, NODES[index % NODES.length]))));
}

/** So many services have converged at the newest generation that the bus has of them. */
async function converged(bus: OperatorBus, count: number): Promise<void> {
  const isDone = async () => {
    const [desired, observed] = await Promise.all([bus.listDesired(), bus.listObserved()]);
    const newest = new Map(desired.map(({ document: d }) => [`${d.node}.${d.service}`, d.generation]));
    const done = observed.filter(
      ({ value: o }) => o.state === "converged" && o.appliedGeneration === newest.get(`${o.node}.${o.service}`),
    );
    return done.length === count;
  };
  await eventually(isDone, { timeoutMs: 60_000, what: `${count} services have converged`, intervalMs: 100 });
}

describe("100 definitions over 10 nodes, 2 of them away", () => {
  it("are counted right, shown as pending, and taken by the two as one change each when they appear", async (t) => {
    const { bus, fleet, alice } = await tenNodesTwoAway(t);
    await defineAll(alice, IMAGES[0]);
    const first = await alice.json("sync-output", "sync");
    assert.equal(first.code, 0, first.stderr);
    assert.deepEqual([first.output.total.created, first.output.total.pending], [100, 20]);
    assert.deepEqual(
      first.output.nodes.map(({ node, created, pending }) => [node, created, pending]),
      NODES.map((node) => [node, 10, AWAY.includes(node) ? 10 : 0]),
    );
    await converged(bus, 80);

    await defineAll(alice, IMAGES[1]);
    const second = await alice.json("sync-output", "sync");
    assert.deepEqual([second.code, second.output.total.updated, second.output.total.pending], [0, 100, 20]);
    await defineAll(alice, IMAGES[2]);
    const third = await alice.mcp("sync");
    assert.equal(third.code, 0, third.stderr);
    assert.match(third.stdout, /^n7 +0 +10 +0 +0 +0 +0 +0$/m);
    assert.match(third.stdout, /^n8 +0 +10 +0 +10 +0 +0 +0$/m);
    assert.match(third.stdout, /^100 updated on 10 nodes in /m);
    assert.match(
      third.stdout,
      /^20 pending: the agent of n8 was stopped .+, the agent of n9 was stopped .+; applied when back$/m,
    );

    await converged(bus, 80);

    const { services } = (await alice.json("status-output", "status")).output;
    const pending = services.filter(({ state }) => state === "pending");
    assert.equal(pending.length, 20);
    assert.ok(pending.every(({ node, desired }) => AWAY.includes(node) && desired?.generation === 3));

    await fleet.start(members(AWAY));
    await converged(bus, 100);
    for (const { node, images, running, containers } of await fleet.look(AWAY)) {
      assert.deepEqual(images, [IMAGES[2]], `${node} pulled nothing older`);
      assert.deepEqual([running.length, containers], [10, 10], `nothing else lies on ${node}`);
    }
    await fleet.drained(NODES);
    for (const node of AWAY) {
      const accepted = await all(bus.events({ node, kind: "desired-accepted", follow: false }, t.signal));
      assert.deepEqual(
        accepted.map(({ generation }) => generation),
        Array.from({ length: 10 }, () => 3),
        "one change each",
      );
    }
    const again = await alice.json("sync-output", "sync");
    assert.deepEqual([again.code, again.output.total.unchanged, again.output.total.pending], [0, 100, 0]);
    assert.deepEqual(again.output.unmanaged, []);
  });
});
