/** What a node does on the bus: wakes, reports, presence, events; and what it does over a lost server. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { EVENT_STREAM } from "../../src/schemas/wire/buckets.ts";
import { hasCode } from "../../src/values/error.ts";
import { eventually } from "../helpers/eventually.ts";
import { storedEvents } from "../helpers/stored-events.ts";
import {
  desired,
  event,
  nodeBus,
  observed,
  operatorBus,
  presence,
  provisionedServer,
  settingsFor,
} from "./bus-fixtures.ts";

for (const version of ["newest", "2.10"] as const) {
  describe(`a node on nats-server ${version}`, () => {
    test("hears of writes to its own services and index, and of no other node's", async (t) => {
      const server = await provisionedServer(t, { version });
      const [node, bus] = await Promise.all([nodeBus(t, server), operatorBus(t, server)]);
      const woken: string[] = [];
      node.onWake((service) => woken.push(service), t.signal);
      await node.putPresence(presence()); // a round trip: the subscription is in place
      await bus.writeDesired(desired({ node: "vade" }), 0);
      await bus.writeDesired(desired(), 0);
      await eventually(() => woken.length >= 2, { what: "woken" });
      assert.deepEqual(woken, ["web", "_index"]);
      assert.equal(await node.readDesired("nothing"), undefined);
    });

    test("is seen with reports, presence and their ages by the server's clock", async (t) => {
      const server = await provisionedServer(t, { version });
      const [node, bus] = await Promise.all([nodeBus(t, server), operatorBus(t, server)]);
      assert.equal(await bus.readPresence("rift"), undefined);
      await node.putObserved(observed());
      await node.putObserved(observed({ report: 2, state: "degraded" }));
      await node.putPresence(presence());
      const reports = await bus.listObserved();
      assert.deepEqual(
        reports.map(({ value }) => value),
        [observed({ report: 2, state: "degraded" })],
      );
      assert.deepEqual((await bus.readObserved("rift", "web"))?.value, reports[0]?.value);
      const [seen] = await bus.listPresence();
      assert.deepEqual(seen?.value, presence());
      assert.ok(seen !== undefined && seen.ageMs >= 0 && seen.ageMs < 5000);
      const older = await eventually(async () => {
        const again = await bus.readPresence("rift");
        return again !== undefined && again.ageMs > 50 ? again : undefined;
      });
      assert.ok(older !== undefined && older.ageMs < 10_000);
    });

    test("publishes an event twice and it is stored once", async (t) => {
      const server = await provisionedServer(t, { version });
      const node = await nodeBus(t, server);
      const once = event();
      await node.publishEvent(once);
      await node.publishEvent(once);
      assert.deepEqual(await storedEvents(settingsFor(server)), [once]);
    });

    test("reconnects after kill -9, says so, is woken again, and sends nothing from the time between", async (t) => {
      const server = await provisionedServer(t, { version });
      const node = await nodeBus(t, server);
      const seen = { connects: 0, disconnects: 0, woken: [] as string[] };
      node.onConnect(() => seen.connects++);
      node.onDisconnect(() => seen.disconnects++);
      node.onWake((service) => seen.woken.push(service), t.signal);
      await eventually(() => seen.connects === 1);
      await node.putObserved(observed());
      await server.kill9();
      await eventually(() => !node.isConnected(), { what: "the loss is noticed" });
      const unreachable = (error: unknown) => hasCode(error, "E_BUS_UNREACHABLE");
      const began = Date.now();
      await assert.rejects(node.putObserved(observed({ report: 2 })), unreachable);
      await assert.rejects(node.publishEvent(event()), unreachable);
      await assert.rejects(node.readIndex(), unreachable);
      assert.ok(Date.now() - began < 4_000, "calls fail at once while disconnected");
      await server.restart();
      await eventually(() => seen.connects === 2, { what: "connected again" });
      assert.equal(seen.disconnects, 1);
      const bus = await operatorBus(t, server);
      await bus.writeDesired(desired(), 0);
      await eventually(() => seen.woken.includes("web"), { what: "woken after the restart" });
      // A report may be lost with the server, since nodes tell it again; what was refused must not have arrived.
      assert.notEqual((await bus.readObserved("rift", "web"))?.value.report, 2);
      assert.deepEqual(await storedEvents(settingsFor(server)), []);
    });
  });
}

test("a call under way when the server dies fails at once instead of waiting for its deadline", async (t) => {
  const server = await provisionedServer(t);
  const node = await nodeBus(t, server);
  server.pause();
  const began = Date.now();
  const put = node.putObserved(observed());
  const failed = assert.rejects(put, (error) => hasCode(error, "E_BUS_UNREACHABLE"));
  await server.kill9();
  await failed;
  assert.ok(Date.now() - began < 3000);
});

test("a server that hangs fails calls after five seconds", async (t) => {
  const server = await provisionedServer(t);
  const node = await nodeBus(t, server);
  server.pause();
  t.after(() => server.resume());
  const began = Date.now();
  await assert.rejects(node.readIndex(), (error) => hasCode(error, "E_BUS_UNREACHABLE"));
  const tookMs = Date.now() - began;
  assert.ok(tookMs >= 4500 && tookMs < 7000, `took ${tookMs} ms`);
});

test("a document larger than the bucket takes is an error, not a silence", async (t) => {
  const node = await nodeBus(t, await provisionedServer(t));
  const huge = observed({ blocked: [{ reason: "failed", message: "x".repeat(300_000) }] });
  await assert.rejects(node.putObserved(huge), (error) => hasCode(error, "E_BUS"));
  const beyondPayload = observed({ blocked: [{ reason: "failed", message: "x".repeat(2_000_000) }] });
  await assert.rejects(node.putObserved(beyondPayload), (error) => hasCode(error, "E_BUS"));
});

test("three thousand documents are listed completely, in a handful of windows", async (t) => {
  const server = await provisionedServer(t);
  const nc = await connect({ servers: server.url });
  t.after(() => nc.close());
  const jsm = await jetstreamManager(nc);
  const js = jsm.jetstream();
  const keys = Array.from({ length: 3000 }, (_, i) => ({ node: `n${i % 1000}`, service: `s${Math.floor(i / 1000)}` }));
  for (let from = 0; from < keys.length; from += 250) {
    const puts = keys.slice(from, from + 250).map((key) => {
      return js.publish(`$KV.mcp-desired.${key.node}.${key.service}`, JSON.stringify(desired(key)));
    });
    await Promise.all(puts);
  }
  const bus = await operatorBus(t, server);
  const listed = await bus.listDesired();
  assert.equal(new Set(listed.map(({ document }) => `${document.node}.${document.service}`)).size, 3000);
  assert.equal((await bus.listDesired({ service: "s1" })).length, 1000);
  assert.equal((await bus.listDesired({ node: "n7" })).length, 3);
  assert.equal((await jsm.streams.info(EVENT_STREAM)).state.messages, 0);
});
