/** Records of nodes: compare-and-set, removal, and being recorded again. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { jetstream } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { keySubject, NODES_BUCKET } from "../../src/schemas/wire/buckets.ts";
import { hasCode, type McpError } from "../../src/values/error.ts";
import { nodeBus, operatorBus, presence, provisionedServer } from "./bus-fixtures.ts";

const record = (labels: Record<string, string> = {}) =>
  ({ version: 1, node: "rift", labels, enrolledBy: "a@b", at: "2026-01-02T03:04:05.000Z" }) as const;

for (const version of ["newest", "2.10"] as const) {
  describe(`records of nodes on nats-server ${version}`, () => {
    test("are written upon what was read, removed with the presence, and written again", async (t) => {
      const server = await provisionedServer(t, { version });
      const problems: McpError[] = [];
      const bus = await operatorBus(t, server, problems);
      assert.deepEqual(await bus.readNode("rift"), { revision: 0 });
      await bus.writeNode(record(), 0);
      await assert.rejects(bus.writeNode(record({ zone: "a" }), 0), (error) => hasCode(error, "E_CONFLICT"));
      const first = await bus.readNode("rift");
      assert.deepEqual(first.record, record());
      await bus.writeNode(record({ zone: "b" }), first.revision);
      await (await nodeBus(t, server)).putPresence(presence());
      assert.deepEqual([(await bus.listNodes()).length, (await bus.listPresence()).length], [1, 1]);
      await bus.removeNode("rift");
      assert.deepEqual(
        [await bus.listNodes(), await bus.listPresence(), await bus.readPresence("rift")],
        [[], [], undefined],
      );
      assert.deepEqual(problems, []); // the markers of deletions are no broken values
      await bus.removeNode("rift");
      const { revision, record: gone } = await bus.readNode("rift");
      assert.equal(gone, undefined);
      await bus.writeNode(record({ zone: "c" }), revision);
      assert.deepEqual((await bus.listNodes())[0]?.labels, { zone: "c" });
    });

    test("are not listed under the name of another node", async (t) => {
      const server = await provisionedServer(t, { version });
      const problems: McpError[] = [];
      const bus = await operatorBus(t, server, problems);
      const nc = await connect({ servers: server.url });
      t.after(() => nc.close());
      const subject = keySubject(NODES_BUCKET, "rift");
      await jetstream(nc).publish(subject, JSON.stringify({ ...record(), node: "vade" }));
      assert.deepEqual(await bus.listNodes(), []);
      assert.equal(problems[0]?.code, "E_INVALID_MESSAGE");
    });
  });
}
