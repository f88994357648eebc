/** An operator and an admin do all that is theirs with the rights of their role, and are refused what is not. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { backupLines } from "../../src/bus/admin/backup.ts";
import { provision } from "../../src/bus/admin/provision.ts";
import { restoreBus } from "../../src/bus/admin/restore.ts";
import { connectOperatorBus } from "../../src/bus/bus.ts";
import { Connection } from "../../src/bus/connection/connection.ts";
import { putKey } from "../../src/bus/kv/publish-with-ack.ts";
import { STREAMS } from "../../src/schemas/wire/buckets.ts";
import { nodeInbox } from "../../src/schemas/wire/rights.ts";
import { hasCode, type McpError } from "../../src/values/error.ts";
import { eventually } from "../helpers/eventually.ts";
import { type OperatorServer, startOperatorServer } from "../helpers/operator-server.ts";
import type { Scope } from "../helpers/scope.ts";
import { all, collect, desired, event, nodeBus, observed, presence } from "./bus-fixtures.ts";
import { moveBothWays } from "./file-fixtures.ts";

const AT = "2026-01-02T03:04:05.000Z";
const refused = (error: unknown) => hasCode(error, "E_REFUSED");
const record = (node: string) => ({ version: 1, node, enrolledBy: "kyle@desk", at: AT, labels: {} }) as const;

/** The bus of an operator, and what it complained of. */
async function busOf(scope: Scope, server: OperatorServer, creds: string) {
  const problems: McpError[] = [];
  const onProblem = (problem: McpError) => void problems.push(problem);
  const bus = await connectOperatorBus(server.settings(creds), { author: "kyle@desk", onProblem });
  scope.after(() => bus.close());
  return { bus, problems };
}

async function* from(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines;
}

for (const version of ["newest", "2.10"] as const) {
  for (const role of ["operator", "admin"] as const) {
    test(`the rights of role ${role} are enough to look, change, ask and move files on nats-server ${version}`, async (t) => {
      const server = await startOperatorServer(t, { version });
      const creds = await server.operator("kyle", role);
      const { bus, problems } = await busOf(t, server, creds);
      const admitted = await server.node("rift");
      const node = await nodeBus(t, server, "rift", { creds: admitted.creds, inboxPrefix: nodeInbox("rift") });
      node.serve((_request, replier) => replier.send({ last: true, body: { verb: "done" } }), t.signal);
      await Promise.all([node.putObserved(observed()), node.putPresence(presence()), node.publishEvent(event())]);

      assert.equal(typeof (await bus.facts()).serverTimeMs, "number");
      const first = desired();
      const revision = await bus.writeDesired(first, 0);
      const second = { ...desired(), generation: 2 };
      await assert.rejects(bus.writeDesired(second, 0), (error) => hasCode(error, "E_CONFLICT"));
      await bus.writeDesired(second, revision);
      assert.deepEqual((await bus.readDesired("rift", "web"))?.document, second);
      assert.equal((await bus.historyOf("rift", "web")).length, 2);
      const bucket = await bus.readDesiredBucket();
      const batch = { bucket, signal: t.signal, onIndexProblem: (error: McpError) => void problems.push(error) };
      await bus.writeManyDesired({ ...batch, writes: [{ document: desired({ service: "db" }), revision: 0 }] });
      assert.equal((await bus.listDesired()).length, 2);
      assert.deepEqual((await node.readIndex())?.services, ["db", "web"]);

      assert.equal((await bus.readObserved("rift", "web"))?.value.report, 1);
      assert.equal((await bus.listObserved()).length, 1);
      const followed = collect(bus.followObserved("rift", "web", t.signal));
      await eventually(() => followed.items.length === 1);
      await node.putObserved(observed({ report: 2 }));
      await eventually(() => followed.items.length === 2, { what: "the report" });
      assert.equal((await bus.readPresence("rift"))?.value.node, "rift");
      assert.equal((await bus.listPresence()).length, 1);
      assert.deepEqual([await bus.listNodes(), await bus.readNode("rift")], [[], { revision: 0 }]);

      await bus.publishEvent(event({ node: "_" }));
      assert.equal((await all(bus.events({ follow: false }, t.signal))).length, 2);
      assert.equal((await all(bus.events({ follow: false, last: 1 }, t.signal))).length, 1);
      const told = collect(bus.events({ follow: true }, t.signal));
      await eventually(() => told.items.length === 2);

      const asking = { nodes: ["rift"], idleMs: 3000, signal: t.signal };
      assert.equal((await all(bus.ask({ verb: "ping" }, asking))).length, 1);
      assert.equal((await all(bus.ask({ verb: "ping" }, { idleMs: 1_500, signal: t.signal }))).length, 1);

      const files = bus.files("rift");
      if (role === "operator") {
        const admin = await busOf(t, server, await server.operator("ada", "admin"));
        await admin.bus.files("rift").ensure();
      }
      await files.ensure();
      await moveBothWays(files, node.files, t.signal);

      const { streams } = await provision(server.settings(creds), { replicas: 1, create: false });
      assert.deepEqual([...new Set(streams.map(({ result }) => result))], ["unchanged"]);
      const lines = await all(backupLines(server.settings(creds), AT));
      assert.ok(lines.length > 5);
      assert.deepEqual(problems, []);
    });
  }

  describe(`on nats-server ${version}`, () => {
    test("an operator is refused what is the nodes' own or an admin's", async (t) => {
      const server = await startOperatorServer(t, { version });
      const creds = await server.operator("kyle", "operator");
      const { bus, problems } = await busOf(t, server, creds);
      const link = await Connection.connected(server.settings(creds), (problem) => void problems.push(problem));
      t.after(() => link.close());
      await assert.rejects(bus.publishEvent(event()), refused);
      await assert.rejects(bus.writeNode(record("rift"), 0), refused);
      for (const name of ["mcp-observed", "mcp-presence", "mcp-trust"]) {
        await assert.rejects(putKey(link, { bucket: name, key: "rift" }, { value: Buffer.from("{}") }), refused, name);
      }
      const onlyAdmins = { code: "E_REFUSED", message: /only an admin may create it/ };
      await assert.rejects(bus.files("rift").ensure(), onlyAdmins);
      const mirror = JSON.stringify({ name: "M", storage: "memory", mirror: { name: "OBJ_mcp-files-rift" } });
      await assert.rejects(
        link.call("mirror", ({ nc }) => nc.request("$JS.API.STREAM.CREATE.M", mirror)),
        refused,
        "a mirror of files",
      );
      for (const call of ["STREAM.PURGE", "STREAM.DELETE", "STREAM.UPDATE"]) {
        for (const stream of ["KV_mcp-observed", "KV_mcp-desired", "MCP_EVENTS"]) {
          const asked = link.call(call, ({ nc }) => nc.request(`$JS.API.${call}.${stream}`, "{}"));
          await assert.rejects(asked, refused, `${call} ${stream}`);
        }
      }
      await assert.rejects(bus.files("rift").ensure(), onlyAdmins);
      await setImmediate();
      assert.deepEqual(problems.map(String), [], "each refusal is reported once, by the call that was refused");
    });

    test("an operator is refused another one's inbox", async (t) => {
      const server = await startOperatorServer(t, { version });
      const [mine, theirs] = [await server.operator("kyle", "operator"), await server.operator("ada", "operator")];
      const problems: McpError[] = [];
      const link = await Connection.connected(server.settings(mine), (problem) => void problems.push(problem));
      t.after(() => link.close());
      const refusals = () =>
        problems
          .filter(refused)
          .map(({ message }) => message)
          .toSorted();
      const inboxes = [`${server.settings(theirs).inboxPrefix}.>`, "_INBOX.>", "_INBOX_mcp.>"];
      for (const inbox of inboxes) link.subscribe(inbox, () => undefined, t.signal);
      const isRefused = (inbox: string) => refusals().includes(`cannot listen to ${inbox}`);
      await eventually(() => inboxes.every(isRefused), { what: "each is refused" });
      await setImmediate();
      assert.equal(refusals().length, inboxes.length, refusals().join());
    });

    test("an admin makes the streams, keeps nodes and trust, and restores a backup", async (t) => {
      const source = await startOperatorServer(t, { version });
      const { bus } = await busOf(t, source, await source.operator("kyle", "admin"));
      await bus.writeNode(record("rift"), 0);
      const revision = await bus.writeDesired(desired(), 0);
      await bus.writeDesired({ ...desired(), generation: 2 }, revision);
      await bus.publishEvent(event());
      const lines = await all(backupLines(source.settings(source.admin), AT));
      await bus.removeNode("rift");
      assert.deepEqual(await bus.listNodes(), []);

      const target = await startOperatorServer(t, { version, provision: false });
      const creds = await target.operator("kyle", "admin");
      const made = await provision(target.settings(creds), { replicas: 1, create: true });
      assert.deepEqual([...new Set(made.streams.map(({ result }) => result))], ["created"]);
      const link = await Connection.connected(target.settings(creds), () => undefined);
      t.after(() => link.close());
      await putKey(link, { bucket: "mcp-trust", key: "revoked" }, { value: Buffer.from("{}") });
      const options = { replicas: 1, dryRun: false } as const;
      const { inFile, restored } = await restoreBus(target.settings(creds), () => from(lines), options);
      assert.deepEqual(restored, inFile);
      assert.equal(restored.desired, 2);
    });

    test("an admin keeps consumers of events for others, and removes the files of a node, but no stream of all", async (t) => {
      const server = await startOperatorServer(t, { version });
      const creds = await server.operator("kyle", "admin");
      const { bus } = await busOf(t, server, creds);
      const filters = ["mcp.v1.event.*.error.>", "mcp.v1.event.rift.warning.>"];
      await bus.putEventConsumer({ name: "pager", filters: filters.slice(0, 1) });
      await bus.publishEvent(event());
      await bus.putEventConsumer({ name: "pager", filters });
      assert.deepEqual(await bus.listEventConsumers(), [{ name: "pager", filters, waiting: 1, unacknowledged: 0 }]);
      await bus.removeEventConsumer("pager");
      await bus.removeEventConsumer("pager");
      assert.deepEqual(await bus.listEventConsumers(), []);

      await bus.files("rift").ensure();
      await bus.files("rift").drop();
      await bus.files("rift").drop();
      const link = await Connection.connected(server.settings(creds), () => undefined);
      t.after(() => link.close());
      for (const stream of STREAMS) {
        const asked = link.call("delete", ({ nc }) => nc.request(`$JS.API.STREAM.DELETE.${stream.name}`, ""));
        await assert.rejects(asked, refused, stream.name);
      }
    });
  });
}
