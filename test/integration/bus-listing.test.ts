/** Listing the documents of one node or one service, on servers that can by one direct get and on others. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { startNatsServer } from "../helpers/nats-server.ts";
import { desired, operatorBus, provisionedServer } from "./bus-fixtures.ts";

/** More than a server lists in one answer. */
const MANY = Array.from({ length: 1_100 }, (_, index) => `s${index}`);

for (const version of ["newest", "2.10"] as const) {
  describe(`a listing of a part of desired state on nats-server ${version}`, () => {
    it("has the newest document of each key it names, and nothing else", async (t) => {
      const bus = await operatorBus(t, await provisionedServer(t, { version }));
      for (const node of ["rift", "orion"])
        for (const service of ["web", "db"]) await bus.writeDesired(desired({ node, service }), 0);
      const [web] = await bus.listDesired({ node: "rift", service: "web" });
      await bus.writeDesired(desired({ generation: 2, writeId: "second" }), web?.revision ?? -1);
      const byNode = await bus.listDesired({ node: "rift" });
      const byService = await bus.listDesired({ service: "web" });
      const named = (all: typeof byNode) =>
        all.map(({ document: d }) => `${d.node}.${d.service} ${d.generation}`).sort();
      assert.deepEqual(named(byNode), ["rift.db 1", "rift.web 2"]);
      assert.deepEqual(named(byService), ["orion.web 1", "rift.web 2"]);
      assert.deepEqual(await bus.listDesired({ node: "vega" }), []);
      const { document, revision } = byNode.find(({ document: { service } }) => service === "web") ?? {};
      assert.deepEqual(await bus.readDesired("rift", "web"), { document, revision });
    });

    it("is complete where there is more than one answer takes", async (t) => {
      const bus = await operatorBus(t, await provisionedServer(t, { version }));
      const writes = MANY.map((service) => ({ document: desired({ service, writeId: service }), revision: 0 }));
      const { signal } = new AbortController();
      const bucket = await bus.readDesiredBucket();
      await bus.writeManyDesired({ writes, bucket, signal, onIndexProblem: assert.fail });
      assert.equal((await bus.listDesired({ node: "rift" })).length, MANY.length);
    });

    it("fails with what is wrong when the bucket is missing", async (t) => {
      const bus = await operatorBus(t, await startNatsServer(t, { version }));
      await assert.rejects(bus.listDesired({ node: "rift" }), { code: "E_BUS_UNPROVISIONED" });
    });
  });
}
