/** `mcp sync` against real agents over pretended machines, on a real server. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, it } from "node:test";
import { MemoryStore } from "../../../src/agent/store/memory-store.ts";
import { provision } from "../../../src/bus/admin/provision.ts";
import { connectOperatorBus } from "../../../src/bus/bus.ts";
import type { OperatorBus } from "../../../src/bus/ports/operator-bus.ts";
import { eventually } from "../../helpers/eventually.ts";
import { assertJson } from "../../helpers/json-shape.ts";
import { localWorkstation } from "../../helpers/local-workstation.ts";
import type { NatsServer } from "../../helpers/nats-server.ts";
import type { Scope } from "../../helpers/scope.ts";
import { FakeRuntime } from "../../twin/fake-runtime.ts";
import { MemoryOperatorBus } from "../../twin/memory-operator-bus.ts";
import { simulatedAgent } from "../../twin/simulated-agent.ts";
import { nodeBus, operatorBus, provisionedServer, settingsFor } from "../bus-fixtures.ts";

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
  const own = await localWorkstation(scope, new MemoryOperatorBus());
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

  it("repair an index that a killed writer left behind", async (t) => {
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
