/** Provisioning: makes what is missing, says what differs, changes nothing. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { provision } from "../../src/bus/admin/provision.ts";
import { EVENT_STREAM, STREAMS } from "../../src/schemas/wire/buckets.ts";
import { hasCode } from "../../src/values/error.ts";
import { startNatsServer } from "../helpers/nats-server.ts";
import { settingsFor } from "./bus-fixtures.ts";

const CREATE = { replicas: 1, create: true } as const;

for (const version of ["newest", "2.10"] as const) {
  describe(`provisioning on nats-server ${version}`, () => {
    test("creates every stream once, with nothing differing, and then leaves it alone", async (t) => {
      const settings = settingsFor(await startNatsServer(t, { version }));
      const first = await provision(settings, CREATE);
      const second = await provision(settings, CREATE);
      const results = (report: typeof first) => report.streams.map(({ name, result }) => `${name} ${result}`);
      assert.deepEqual(
        results(first),
        STREAMS.map(({ name }) => `${name} created`),
      );
      assert.deepEqual(
        results(second),
        STREAMS.map(({ name }) => `${name} unchanged`),
      );
      assert.deepEqual(
        second.streams.flatMap(({ differences }) => differences),
        [],
      );
    });
  });
}

test("only what nodes tell again may lie in memory for a moment, and on servers that can do that", async (t) => {
  for (const version of ["newest", "2.10"] as const) {
    const server = await startNatsServer(t, { version });
    await provision(settingsFor(server), CREATE);
    const nc = await connect({ servers: server.url });
    t.after(() => nc.close());
    const jsm = await jetstreamManager(nc);
    const infos = await Promise.all(STREAMS.map(({ name }) => jsm.streams.info(name)));
    const later = infos.filter(({ config }) => config.persist_mode === "async").map(({ config }) => config.name);
    assert.deepEqual(later, version === "newest" ? ["KV_mcp-observed", "KV_mcp-presence"] : []);
  }
});

test("reports a setting that differs and does not change it", async (t) => {
  const server = await startNatsServer(t);
  const nc = await connect({ servers: server.url });
  t.after(() => nc.close());
  const jsm = await jetstreamManager(nc);
  const events = STREAMS.find(({ name }) => name === EVENT_STREAM);
  assert.ok(events);
  await jsm.streams.add({ ...events, subjects: [...events.subjects], max_bytes: 12_345_678, deny_purge: false });
  const report = await provision(settingsFor(server), CREATE);
  assert.deepEqual(report.streams.at(-1), {
    name: EVENT_STREAM,
    result: "differs",
    differences: [
      { setting: "max_bytes", want: events.max_bytes, have: 12_345_678 },
      { setting: "deny_purge", want: true, have: false },
    ],
  });
  assert.equal((await jsm.streams.info(EVENT_STREAM)).config.max_bytes, 12_345_678);
});

test("names streams and durable consumers that are not mcp's", async (t) => {
  const server = await startNatsServer(t);
  assert.deepEqual((await provision(settingsFor(server), CREATE)).foreign, []);
  const nc = await connect({ servers: server.url });
  t.after(() => nc.close());
  const jsm = await jetstreamManager(nc);
  await jsm.streams.add({ name: "EAR", mirror: { name: "KV_mcp-desired" } });
  await jsm.streams.add({ name: "ORDERS", subjects: ["orders.>"] });
  await jsm.consumers.add("KV_mcp-desired", { durable_name: "listener" });
  await jsm.consumers.add(EVENT_STREAM, { durable_name: "pager" });
  await jsm.consumers.add("KV_mcp-observed", { name: "for-now", inactive_threshold: 60_000_000_000 });
  const { foreign } = await provision(settingsFor(server), { replicas: 1, create: false });
  assert.deepEqual(foreign, [
    "consumer listener of KV_mcp-desired is not one of mcp's",
    "stream EAR is not one of mcp's; it copies KV_mcp-desired",
    "stream ORDERS is not one of mcp's; it stores orders.>",
  ]);
});

test("only compares without `create`", async (t) => {
  const server = await startNatsServer(t);
  const report = await provision(settingsFor(server), { replicas: 1, create: false });
  assert.deepEqual([...new Set(report.streams.map(({ result }) => result))], ["missing"]);
  const nc = await connect({ servers: server.url });
  t.after(() => nc.close());
  assert.equal((await (await jetstreamManager(nc)).getAccountInfo()).streams, 0);
});

test("says that JetStream is off", async (t) => {
  const server = await startNatsServer(t, { jetstream: false });
  await assert.rejects(provision(settingsFor(server), CREATE), (error) => hasCode(error, "E_BUS_UNPROVISIONED"));
});

test("says that three replicas need a cluster, and creates nothing", async (t) => {
  const server = await startNatsServer(t);
  await assert.rejects(provision(settingsFor(server), { replicas: 3, create: true }), (error) =>
    hasCode(error, "E_BUS"),
  );
});

test("a key can neither be deleted, purged nor rolled up from the desired bucket", async (t) => {
  const server = await startNatsServer(t);
  await provision(settingsFor(server), CREATE);
  const nc = await connect({ servers: server.url });
  t.after(() => nc.close());
  const jsm = await jetstreamManager(nc);
  const { seq } = await jsm.jetstream().publish("$KV.mcp-desired.rift.web", "1");
  await assert.rejects(jsm.streams.purge("KV_mcp-desired", { filter: "$KV.mcp-desired.rift.web" }));
  await assert.rejects(jsm.streams.deleteMessage("KV_mcp-desired", seq));
  const { headers } = await import("@nats-io/nats-core");
  const rollup = headers();
  rollup.set("Nats-Rollup", "all");
  await assert.rejects(jsm.jetstream().publish("$KV.mcp-desired.rift.web", "2", { headers: rollup }));
  assert.equal((await jsm.streams.info("KV_mcp-desired")).state.messages, 1);
});
