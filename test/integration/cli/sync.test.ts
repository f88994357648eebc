/** `mcp sync` against real agents over pretended machines, on a real server. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, it } from "node:test";
import { MemoryStore } from "../../../src/agent/store/memory-store.ts";
import { connectOperatorBus } from "../../../src/bus/bus.ts";
import type { OperatorBus } from "../../../src/bus/operator-bus.ts";
import { provision } from "../../../src/bus/provision.ts";
import { eventually } from "../../helpers/eventually.ts";
import { FakeRuntime } from "../../helpers/fake-runtime.ts";
import { assertJson } from "../../helpers/json-shape.ts";
import { MemoryOperatorBus } from "../../helpers/memory-operator-bus.ts";
import type { NatsServer } from "../../helpers/nats-server.ts";
import { operatorsDesk } from "../../helpers/operators-desk.ts";
import type { Scope } from "../../helpers/scope.ts";
import { simulatedAgent } from "../../helpers/simulated-agent.ts";
import { all, nodeBus, operatorBus, provisionedServer, settingsFor } from "../bus-fixtures.ts";

interface Machine {
  readonly runtime: FakeRuntime;
  stop(): Promise<void>;
}

/** An agent, looked after until the test ends. Its store outlives it when given. */
async function machine(scope: Scope, server: NatsServer, node: string, store = new MemoryStore()): Promise<Machine> {
  const runtime = new FakeRuntime();
  for (const version of ["v1", "v2", "v3"]) runtime.provide(`example.net/app:${version}`);
  const bus = await nodeBus(scope, server, node);
  const agent = await simulatedAgent({ node, bus, runtime, store });
  await agent.ready;
  const ended: { done?: Promise<void> } = {};
  const stop = () => {
    ended.done ??= agent.stop().then(() => bus.close());
    return ended.done;
  };
  scope.after(stop);
  return { runtime, stop };
}

async function desk(scope: Scope, server: NatsServer) {
  const own = await operatorsDesk(scope, new MemoryOperatorBus());
  const openBus = () => connectOperatorBus(settingsFor(server), { author: "alice@laptop" });
  const mcp = (...argv: readonly string[]) => own.mcp(argv, { openBus, nowMs: Date.now() });
  return {
    define: own.define,
    mcp,
    sync: async (...args: readonly string[]) => {
      const run = await mcp("sync", "--json", ...args);
      assert.notEqual(run.stdout, "", run.stderr);
      return { ...run, output: assertJson("sync-output", run.stdout) };
    },
    status: async () => assertJson("status-output", (await mcp("status", "--json")).stdout),
  };
}

function toml(name: string, nodes: readonly string[], image: string): string {
  const where = `nodes = ${JSON.stringify(nodes)}`;
  return `name = "${name}"\n${where}\n[[components]]\nname = "api"\nimage = "example.net/app:${image}"\nmin_up = "0s"\n`;
}

/** Every service that the bus desires on these nodes has converged at its newest generation. */
async function converged(bus: OperatorBus, count: number): Promise<void> {
  await eventually(
    async () => {
      const [desired, observed] = await Promise.all([bus.listDesired(), bus.listObserved()]);
      const newest = new Map(desired.map(({ document: d }) => [`${d.node}.${d.service}`, d.generation]));
      const done = observed.filter(
        ({ value: o }) => o.state === "converged" && o.appliedGeneration === newest.get(`${o.node}.${o.service}`),
      );
      return done.length === count;
    },
    { timeoutMs: 60_000, what: `${count} services have converged` },
  );
}

const NODES = Array.from({ length: 10 }, (_, index) => `n${index}`);
const ONLINE = NODES.slice(0, 8);
const AWAY = NODES.slice(8);
const SERVICES = Array.from({ length: 100 }, (_, index) => `s${String(index).padStart(2, "0")}`);
/** Ten services a node. */
const nodeOf = (index: number) => NODES[index % NODES.length] ?? "n0";

describe("100 definitions over 10 nodes, 2 of them away", () => {
  it("are counted right, shown as pending, and taken by the two as one change each when they appear", async (t) => {
    const server = await provisionedServer(t);
    const bus = await operatorBus(t, server);
    const one = await desk(t, server);
    await Promise.all(ONLINE.map((node) => machine(t, server, node)));
    const stores = await Promise.all(
      AWAY.map(async (node) => {
        const store = new MemoryStore();
        await (await machine(t, server, node, store)).stop(); // seen once, then gone
        return store;
      }),
    );
    await eventually(async () => (await bus.listPresence()).length === NODES.length, { what: "all nodes were seen" });

    for (const [index, name] of SERVICES.entries()) await one.define(name, toml(name, [nodeOf(index)], "v1"));
    const first = await one.sync();
    assert.equal(first.code, 0, first.stderr);
    assert.deepEqual([first.output.total.created, first.output.total.pending], [100, 20]);
    assert.deepEqual(
      first.output.nodes.map(({ node, created, pending }) => [node, created, pending]),
      NODES.map((node) => [node, 10, AWAY.includes(node) ? 10 : 0]),
    );
    await converged(bus, 80);

    for (const version of ["v2", "v3"]) {
      for (const [index, name] of SERVICES.entries()) await one.define(name, toml(name, [nodeOf(index)], version));
      const next = await one.sync();
      assert.deepEqual([next.code, next.output.total.updated, next.output.total.pending], [0, 100, 20]);
    }
    const pending = (await one.status()).services.filter(
      ({ state, liveness }) => liveness !== "online" && state === "pending",
    );
    assert.equal(pending.length, 20);
    assert.ok(pending.every(({ node, desired }) => AWAY.includes(node) && desired?.generation === 3));

    const back = await Promise.all(AWAY.map((node, index) => machine(t, server, node, stores[index])));
    await converged(bus, 100);
    for (const { runtime } of back) {
      assert.deepEqual([...runtime.images.keys()], ["example.net/app:v3"], "nothing older was even pulled");
      assert.equal(runtime.containers.size, 10);
    }
    for (const node of AWAY) {
      const told = () => all(bus.events({ node, kind: "desired-accepted", follow: false }, t.signal));
      await eventually(async () => (await told()).length >= 10, { what: `the events of ${node} are delivered` });
      const accepted = await told();
      assert.deepEqual(
        accepted.map(({ generation }) => generation),
        Array.from({ length: 10 }, () => 3),
        "one change each",
      );
    }
    const again = await one.sync();
    assert.deepEqual([again.code, again.output.total.unchanged, again.output.total.pending], [0, 100, 0]);
    assert.deepEqual(again.output.unmanaged, []);
  });
});

describe("a bus that lost its disk", () => {
  it("gets back from the nodes what they accepted, to the byte, and no container restarts", async (t) => {
    const server = await provisionedServer(t);
    const one = await desk(t, server);
    const machines = await Promise.all(["a", "b"].map((node) => machine(t, server, node)));
    for (const name of ["web", "db"]) await one.define(name, toml(name, ["a", "b"], "v1"));
    assert.equal((await one.sync()).code, 0);
    const before = await operatorBus(t, server);
    await converged(before, 4);
    const accepted = new Map((await before.listDesired()).map(({ document: d }) => [`${d.node}.${d.service}`, d]));
    const ids = machines.map(({ runtime }) => [...runtime.containers.keys()].sort());

    await server.stop();
    await server.wipeStore();
    await server.restart();
    await provision(settingsFor(server), { replicas: 1, create: true });
    const bus = await operatorBus(t, server);
    await eventually(async () => (await bus.listPresence()).length === 2, { timeoutMs: 30_000, what: "both are back" });
    await one.define("web", toml("web", ["a", "b"], "v2"));
    const { code, output, stderr } = await one.sync("--reseed");
    assert.equal(code, 0, stderr);
    assert.equal(output.reseeded?.filter(({ outcome }) => outcome === "returned").length, 4);
    assert.deepEqual([output.total.updated, output.total.unchanged], [2, 2]);
    for (const [key, document] of accepted) {
      const [node = "", service = ""] = key.split(".");
      const [first] = await bus.historyOf(node, service);
      assert.equal(JSON.stringify(first?.document), JSON.stringify(document));
    }
    await converged(bus, 4);
    for (const [index, { runtime }] of machines.entries()) {
      const kept = [...runtime.containers.values()].filter(({ labels }) => labels["mcp.service"] === "db");
      assert.ok(kept.length === 1 && kept.every(({ id }) => ids[index]?.includes(id)), "db was left alone");
    }
  });
});

describe("a thousand documents in one batch", () => {
  for (const version of ["newest", "2.10"] as const) {
    it(`are written, indexed once a node, and each judged by itself (${version})`, async (t) => {
      const server = await provisionedServer(t, { version });
      const bus = await operatorBus(t, server);
      const documents = Array.from({ length: 1_000 }, (_, index) => document(`n${index % 50}`, `s${index}`));
      await bus.writeDesired(document("n0", "s0"), 0);
      await bus.writeDesired(document("n1", "old"), 0);
      const problems: unknown[] = [];
      const batch = { signal: t.signal, onIndexProblem: (error: unknown) => void problems.push(error) };
      const outcomes = await bus.writeManyDesired({
        ...batch,
        bucket: await bus.readDesiredBucket(),
        writes: documents.map((one) => ({ document: one, revision: 0 })),
      });
      assert.deepEqual(problems, []);
      const failed = outcomes.flatMap((outcome, index) => ("error" in outcome ? [[index, outcome.error.code]] : []));
      assert.deepEqual(failed, [[0, "E_CONFLICT"]]);
      const { documents: stored, indexes } = await bus.readDesiredBucket();
      assert.equal(stored.length, 1_001);
      assert.deepEqual(indexes.get("n1")?.services.length, 21, "what was listed stays listed");
      const unlisted = stored.filter(({ document: d }) => !indexes.get(d.node)?.services.includes(d.service));
      assert.deepEqual(unlisted, []);
    });
  }

  it("mend an index that a writer left behind when it died", async (t) => {
    const server = await provisionedServer(t);
    const bus = await operatorBus(t, server);
    await bus.writeDesired(document("rift", "web"), 0);
    const { documents, indexes } = await bus.readDesiredBucket();
    const lost = { documents: [...documents], indexes: new Map(indexes) };
    lost.indexes.delete("rift"); // as it was read before somebody else wrote it: the write upon it must not win
    const node = await nodeBus(t, server);
    const ports = { signal: t.signal, onIndexProblem: (error: Error) => assert.fail(error) };
    lost.documents.push({ document: document("rift", "late"), revision: 9 });
    assert.deepEqual(await bus.writeManyDesired({ ...ports, bucket: lost, writes: [] }), []);
    assert.deepEqual((await node.readIndex())?.services, ["late", "web"]);
  });
});

function document(node: string, service: string) {
  const base = { version: 1, node, service, generation: 1, base: null, writeId: randomUUID(), author: "a@b" } as const;
  const spec = { name: service, active: true, drift: "repair", components: [] } as const;
  return { ...base, at: "2026-01-02T03:04:05.000Z", command: "sync", spec };
}
