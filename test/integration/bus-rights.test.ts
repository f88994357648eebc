/** A node's bus works with the rights of exactly its own subjects, and is refused anything beyond them. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { hasCode, type McpError } from "../../src/values/error.ts";
import { eventually } from "../helpers/eventually.ts";
import { all, desired, event, nodeBus, observed, presence } from "./bus-fixtures.ts";
import { ruledServer } from "./ruled-server.ts";

for (const version of ["newest", "2.10"] as const) {
  describe(`rights on nats-server ${version}`, () => {
    test("a node does all its work within its own subjects", async (t) => {
      const { server, operators, own } = await ruledServer(t, { version });
      const problems: McpError[] = [];
      const bus = await nodeBus(t, server, "rift", own, problems);
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
      await bus.putPresence(presence());
      await bus.publishEvent(event());
      const options = { nodes: ["rift"], idleMs: 3000, signal: t.signal };
      assert.equal((await all(operators.ask({ verb: "ping" }, options))).length, 1);
      assert.equal((await all(operators.ask({ verb: "ping" }, { idleMs: 1_500, signal: t.signal }))).length, 1);
      assert.equal((await operators.listObserved()).length, 1);
      assert.equal((await operators.listPresence()).length, 1);
      assert.equal((await all(operators.events({ follow: false }, t.signal))).length, 1);
      assert.deepEqual(problems, []);

      const refused = (error: unknown) => hasCode(error, "E_REFUSED");
      const began = Date.now();
      await assert.rejects(bus.publishEvent(event({ node: "vade" })), refused);
      assert.ok(Date.now() - began < 4_000, "a refusal is told at once");
    });

    test("a node under another's name is refused, and learns so", async (t) => {
      const { server, own } = await ruledServer(t, { version });
      const problems: McpError[] = [];
      const bus = await nodeBus(t, server, "vade", own, problems);
      const refused = (error: unknown) => hasCode(error, "E_REFUSED");
      await assert.rejects(bus.readDesired("web"), refused);
      await assert.rejects(bus.readIndex(), refused);
      await assert.rejects(bus.putObserved(observed({ node: "vade" })), refused);
      await assert.rejects(bus.putPresence(presence({ node: "vade" })), refused);
      problems.length = 0;
      bus.onWake(() => undefined, t.signal);
      await eventually(() => problems.some((problem) => hasCode(problem, "E_REFUSED")), { what: "the refusal" });
    });
  });
}
