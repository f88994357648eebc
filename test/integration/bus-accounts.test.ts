/** A node in an account of its own does all its work across the border, with the code that knows nothing of accounts. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { connectOperatorBus } from "../../src/bus/bus.ts";
import { nodeInbox } from "../../src/schemas/wire/rights.ts";
import type { McpError } from "../../src/values/error.ts";
import { eventually } from "../helpers/eventually.ts";
import { startOperatorServer } from "../helpers/operator-server.ts";
import { all, desired, event, nodeBus, observed, presence } from "./bus-fixtures.ts";
import { moveBothWays } from "./file-fixtures.ts";

for (const version of ["newest", "2.10"] as const) {
  describe(`accounts on nats-server ${version}`, () => {
    test("a node does all its work from an account of its own", async (t) => {
      const server = await startOperatorServer(t, { version });
      const operators = await connectOperatorBus(server.settings(server.admin, "_INBOX_test"), { author: "kyle@desk" });
      t.after(() => operators.close());
      const { creds } = await server.node("rift");
      const problems: McpError[] = [];
      const bus = await nodeBus(t, server, "rift", { creds, inboxPrefix: nodeInbox("rift") }, problems);
      const woken: string[] = [];
      bus.onWake((service) => woken.push(service), t.signal);
      bus.serve((_request, replier) => replier.send({ last: true, body: { verb: "done" } }), t.signal);

      assert.equal(await bus.readIndex(), undefined);
      assert.equal(await bus.readDesired("web"), undefined);
      const document = desired();
      await operators.writeDesired(document, 0);
      await eventually(() => woken.length === 2, { what: "woken" });
      assert.deepEqual((await bus.readIndex())?.services, ["web"]);
      assert.deepEqual(await bus.readDesired("web"), document);
      await bus.putObserved(observed());
      await bus.putObserved(observed({ report: 2 }));
      await bus.putPresence(presence());
      await bus.publishEvent(event());
      const options = { nodes: ["rift"], idleMs: 3000, signal: t.signal };
      assert.equal((await all(operators.ask({ verb: "ping" }, options))).length, 1);
      assert.equal((await all(operators.ask({ verb: "ping" }, { idleMs: 1_500, signal: t.signal }))).length, 1);
      assert.equal((await operators.listObserved()).length, 1);
      assert.equal((await operators.listPresence()).length, 1);
      assert.equal((await all(operators.events({ follow: false }, t.signal))).length, 1);
      assert.deepEqual(problems, []);
    });

    test("files move across the border, both ways", async (t) => {
      const server = await startOperatorServer(t, { version });
      const operators = await connectOperatorBus(server.settings(server.admin, "_INBOX_test"), { author: "kyle@desk" });
      t.after(() => operators.close());
      await operators.files("rift").ensure();
      const { creds } = await server.node("rift");
      const bus = await nodeBus(t, server, "rift", { creds, inboxPrefix: nodeInbox("rift") });
      await moveBothWays(operators.files("rift"), bus.files, t.signal);
      await bus.files.clear();
    });

    test("a node that is shut out loses its connection at once and gets no other", async (t) => {
      const server = await startOperatorServer(t, { version });
      const admitted = await server.node("rift");
      const vade = await server.node("vade");
      const other = await nodeBus(t, server, "vade", { creds: vade.creds, inboxPrefix: nodeInbox("vade") });
      const bus = await nodeBus(t, server, "rift", { creds: admitted.creds, inboxPrefix: nodeInbox("rift") });
      await bus.putPresence(presence());
      await server.close("rift", admitted);
      await eventually(() => !bus.isConnected(), { what: "rift is cut off", timeoutMs: 5_000 });
      await assert.rejects(bus.putPresence(presence()));
      await other.putPresence(presence({ node: "vade" }));
    });
  });
}
