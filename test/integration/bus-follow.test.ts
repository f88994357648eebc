/** Following one service's reports: the stored one, then each new one once, over restarts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { connect } from "@nats-io/transport-node";
import type { McpError } from "../../src/values/error.ts";
import { eventually } from "../helpers/eventually.ts";
import { collect, nodeBus, observed, operatorBus, provisionedServer } from "./bus-fixtures.ts";

test("yields the stored report first, then each new one once and in order", async (t) => {
  const server = await provisionedServer(t);
  const [node, bus] = await Promise.all([nodeBus(t, server), operatorBus(t, server)]);
  await node.putObserved(observed({ report: 1 }));
  const followed = collect(bus.followObserved("rift", "web", t.signal));
  await eventually(() => followed.items.length === 1, { what: "the stored report" });
  for (let report = 2; report <= 50; report++) await node.putObserved(observed({ report }));
  await node.putObserved(observed({ service: "db", report: 99 }));
  await node.putObserved(observed({ boot: "boot-2", report: 1 }));
  await eventually(() => followed.items.length >= 51, { what: "all reports" });
  assert.deepEqual(
    followed.items.map(({ boot, report }) => `${boot} ${report}`),
    [...Array.from({ length: 50 }, (_, i) => `boot-1 ${i + 1}`), "boot-2 1"],
  );
});

test("waits for a service that has not reported yet", async (t) => {
  const server = await provisionedServer(t);
  const [node, bus] = await Promise.all([nodeBus(t, server), operatorBus(t, server)]);
  const followed = collect(bus.followObserved("rift", "web", t.signal));
  await bus.facts(); // a round trip: the follower listens
  await node.putObserved(observed());
  await eventually(() => followed.items.length === 1, { what: "the first report" });
});

test("a report whose message was missed is found by the reread", async (t) => {
  const server = await provisionedServer(t);
  const bus = await operatorBus(t, server);
  const followed = collect(bus.followObserved("rift", "web", t.signal));
  await server.kill9();
  await server.restart();
  const node = await nodeBus(t, server); // connects at once, the follower after its pause: it misses the message
  await node.putObserved(observed({ report: 7 }));
  await eventually(() => followed.items.length === 1, { what: "the missed report" });
  await node.putObserved(observed({ report: 8 }));
  await eventually(() => followed.items.length === 2, { what: "the next report" });
  assert.deepEqual(
    followed.items.map(({ report }) => report),
    [7, 8],
  );
});

test("a reader that stops, or whose signal aborts, leaves nothing behind", async (t) => {
  const server = await provisionedServer(t);
  const problems: McpError[] = [];
  const [node, bus] = await Promise.all([nodeBus(t, server), operatorBus(t, server, problems)]);
  await node.putObserved(observed());
  for await (const report of bus.followObserved("rift", "web", t.signal)) {
    assert.equal(report.report, 1);
    break;
  }
  const aborting = new AbortController();
  const followed = collect(bus.followObserved("rift", "web", aborting.signal));
  await eventually(() => followed.items.length === 1);
  aborting.abort();
  assert.equal(await followed.ended, undefined);
  const nc = await connect({ servers: server.url });
  t.after(() => nc.close());
  nc.publish("$KV.mcp-observed.rift.web", "nonsense"); // a follower would report it as a problem
  await nc.flush();
  await bus.facts();
  assert.deepEqual(problems, []);
});

test("a broken report is reported as a problem and the next good one is yielded", async (t) => {
  const server = await provisionedServer(t);
  const problems: McpError[] = [];
  const [node, bus] = await Promise.all([nodeBus(t, server), operatorBus(t, server, problems)]);
  const followed = collect(bus.followObserved("rift", "web", t.signal));
  await bus.facts();
  const nc = await connect({ servers: server.url });
  t.after(() => nc.close());
  nc.publish("$KV.mcp-observed.rift.web", "nonsense");
  nc.publish("$KV.mcp-observed.rift.web", JSON.stringify(observed({ node: "vade", report: 5 })));
  await nc.flush();
  await node.putObserved(observed({ report: 6 }));
  await eventually(() => followed.items.length === 1, { what: "the good report" });
  assert.equal(followed.items[0]?.report, 6);
  assert.equal(problems[0]?.code, "E_INVALID_MESSAGE");
});

test("whoever watches the connection hears that it is lost and that it is back", async (t) => {
  const server = await provisionedServer(t);
  const bus = await operatorBus(t, server);
  const heard: string[] = [];
  bus.watchConnection?.({ onLost: () => heard.push("lost"), onBack: () => heard.push("back"), signal: t.signal });
  await bus.facts(); // what is called back at once has been by now
  assert.deepEqual(heard, []);
  await server.kill9();
  await eventually(() => heard.length === 1, { what: "the loss" });
  await server.restart();
  await eventually(() => heard.length === 2, { what: "the return" });
  assert.deepEqual(heard, ["lost", "back"]);
});
