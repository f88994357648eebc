/** Desired state: compare-and-set, the truth about doubtful writes, and the index. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect, headers } from "@nats-io/transport-node";
import { Connection } from "../../src/bus/connection/connection.ts";
import { writeDesired, writeDocument } from "../../src/bus/kv/desired-writes.ts";
import { leaderGet } from "../../src/bus/kv/direct-get.ts";
import { deleteKey, putKey } from "../../src/bus/kv/publish-with-ack.ts";
import type { StoredDesired } from "../../src/bus/ports/operator-bus.ts";
import { hasCode, McpError } from "../../src/values/error.ts";
import { desired, nodeBus, operatorBus, provisionedServer, settingsFor } from "./bus-fixtures.ts";

for (const version of ["newest", "2.10"] as const) {
  describe(`desired state on nats-server ${version}`, () => {
    test("of two writers one wins and the other gets the winner's document", async (t) => {
      const server = await provisionedServer(t, { version });
      const [one, two] = await Promise.all([operatorBus(t, server), operatorBus(t, server)]);
      const documents = [desired({ author: "ann@a" }), desired({ author: "bob@b" })] as const;
      const outcomes = await Promise.allSettled([one.writeDesired(documents[0], 0), two.writeDesired(documents[1], 0)]);
      const winner = outcomes.findIndex(({ status }) => status === "fulfilled");
      const loser = outcomes.find((outcome) => outcome.status === "rejected");
      assert.ok(loser?.reason instanceof McpError && loser.reason.code === "E_CONFLICT");
      const stored = (await one.readDesired("rift", "web")) as StoredDesired;
      assert.deepEqual(stored.document, documents[winner]);
      assert.deepEqual(loser.reason.details, stored);
    });

    test("history holds what was written, oldest first, and a tombstone is a document like others", async (t) => {
      const server = await provisionedServer(t, { version });
      const bus = await operatorBus(t, server);
      const first = desired();
      const revision = await bus.writeDesired(first, 0);
      const { spec: _, ...header } = desired({ generation: 2 });
      const tombstone = { ...header, absent: true } as const;
      await bus.writeDesired(tombstone, revision);
      const history = await bus.historyOf("rift", "web");
      assert.deepEqual(
        history.map(({ document }) => document),
        [first, tombstone],
      );
      assert.deepEqual(
        (await bus.listDesired()).map(({ document }) => document),
        [tombstone],
      );
      const node = await nodeBus(t, server);
      assert.deepEqual(await node.readDesired("web"), tombstone);
    });
  });
}

test("a revision of the past is a conflict, and so is one of a bus that lost everything", async (t) => {
  const bus = await operatorBus(t, await provisionedServer(t));
  const revision = await bus.writeDesired(desired(), 0);
  await bus.writeDesired(desired({ generation: 2 }), revision);
  const conflict = (error: unknown) => error instanceof McpError && error.code === "E_CONFLICT";
  await assert.rejects(bus.writeDesired(desired({ generation: 3 }), revision), conflict);
  await assert.rejects(bus.writeDesired(desired({ service: "db" }), 77), conflict);
  assert.equal(await bus.readDesired("rift", "db"), undefined);
});

test("a write whose answer was lost is a success, even when somebody already wrote upon it", async (t) => {
  const server = await provisionedServer(t);
  const bus = await operatorBus(t, server);
  const mine = desired();
  const landed = await bus.writeDesired(mine, 0); // its answer is "lost": the same write is tried again
  assert.equal(await bus.writeDesired(mine, 0), landed);
  await bus.writeDesired(desired({ generation: 2, author: "bob@b" }), landed);
  assert.equal(await bus.writeDesired(mine, 0), landed);
  assert.equal((await bus.historyOf("rift", "web")).length, 2);
});

test("a write whose acknowledgement never comes is looked up and told as what it is", async (t) => {
  const server = await provisionedServer(t);
  const connection = await Connection.connected(settingsFor(server), () => undefined);
  t.after(() => connection.close());
  const live = connection.requireConnected("test");
  const publish = live.js.publish.bind(live.js);
  t.mock.method(live.js, "publish", async (...args: Parameters<typeof publish>) => {
    const ack = await publish(...args);
    if (args[0].endsWith(".web")) throw new McpError("E_BUS_UNREACHABLE", "the answer was lost");
    return ack;
  });
  const document = desired();
  const revision = await writeDesired(connection, document, 0);
  const [stored] = await (await operatorBus(t, server)).historyOf("rift", "web");
  assert.deepEqual(stored, { document, revision });
});

test("a write that is refused as late while its key is unchanged may be stored, and is reported as unknown", async (t) => {
  const server = await provisionedServer(t);
  const connection = await Connection.connected(settingsFor(server), () => undefined);
  t.after(() => connection.close());
  t.mock.method(connection.requireConnected("test").js, "publish", async (subject: string) => {
    if (subject.endsWith(".web"))
      throw new McpError("E_CONFLICT", "a new leader has it in its log, and not yet in its store");
  });
  const isUnknown = (error: unknown) =>
    hasCode(error, "E_BUS_UNREACHABLE") && /it is not known whether web on rift was written/.test(String(error));
  await assert.rejects(writeDesired(connection, desired(), 0), isUnknown);
});

test("a write whose answer was lost is unknown where the leader shows less than was there before", async (t) => {
  const server = await provisionedServer(t);
  const connection = await Connection.connected(settingsFor(server), () => undefined);
  t.after(() => connection.close());
  const first = await writeDesired(connection, desired(), 0);
  const second = await writeDesired(connection, desired({ generation: 2 }), first);
  const { js, jsm } = connection.requireConnected("test");
  const [publish, read] = [js.publish.bind(js), jsm.streams.getMessage.bind(jsm.streams)];
  t.mock.method(js, "publish", async (...args: Parameters<typeof publish>) => {
    await publish(...args);
    throw new McpError("E_BUS_UNREACHABLE", "the answer was lost");
  });
  t.mock.method(jsm.streams, "getMessage", (stream: string) => read(stream, { seq: first }));
  const isUnknown = (error: unknown) => error instanceof McpError && error.code === "E_BUS_UNREACHABLE";
  await assert.rejects(writeDocument(connection, desired({ generation: 3 }), second), isUnknown);
});

test("a write whose answer was lost is not repeated over a deletion that came after it", async (t) => {
  const server = await provisionedServer(t);
  const bus = await operatorBus(t, server);
  const mine = desired();
  const landed = await bus.writeDesired(mine, 0);
  const nc = await connect({ servers: server.url });
  t.after(() => nc.close());
  const marker = headers();
  marker.set("KV-Operation", "DEL");
  await jetstream(nc).publish("$KV.mcp-desired.rift.web", "", { headers: marker });
  assert.equal(await bus.writeDesired(mine, 0), landed);
  assert.equal(await bus.readDesired("rift", "web"), undefined);
});

test("writing over the marker of another tool's deletion works as for a new key", async (t) => {
  const server = await provisionedServer(t);
  const bus = await operatorBus(t, server);
  await bus.writeDesired(desired(), 0);
  const nc = await connect({ servers: server.url });
  t.after(() => nc.close());
  const marker = headers();
  marker.set("KV-Operation", "DEL");
  await jetstream(nc).publish("$KV.mcp-desired.rift.web", "", { headers: marker });
  assert.equal(await bus.readDesired("rift", "web"), undefined);
  assert.deepEqual(await bus.listDesired(), []);
  const again = desired({ generation: 2 });
  await bus.writeDesired(again, 0);
  assert.deepEqual((await bus.readDesired("rift", "web"))?.document, again);
});

test("what cannot be read, or belongs to another key, counts for nothing, says its revision, and hides nothing else", async (t) => {
  const server = await provisionedServer(t);
  const bus = await operatorBus(t, server);
  await bus.writeDesired(desired({ service: "good" }), 0);
  const nc = await connect({ servers: server.url });
  t.after(() => nc.close());
  const { seq } = await jetstream(nc).publish("$KV.mcp-desired.rift.bad", "{}");
  const stranger = JSON.stringify(desired({ service: "other" }));
  await jetstream(nc).publish("$KV.mcp-desired.rift.stranger", stranger);
  const readable = (await bus.listDesired()).map(({ document }) => document.service);
  assert.deepEqual(readable, ["good"]);
  const { junk = [] } = await bus.readDesiredBucket();
  assert.deepEqual(junk.map(({ service }) => service).sort(), ["bad", "stranger"]);
  assert.equal(await bus.readDesired("rift", "bad"), undefined);
  assert.equal((await bus.readJunk("rift", "bad"))?.revision, seq);
  await assert.rejects(
    bus.writeDesired(desired({ service: "bad" }), 0),
    /overwritten with something that cannot be read/,
  );
  await bus.writeDesired(desired({ service: "bad" }), seq);
  assert.equal((await bus.readDesired("rift", "bad"))?.document.service, "bad");
});

describe("the index", () => {
  test("lists every service, however many write at once", async (t) => {
    const server = await provisionedServer(t);
    const buses = await Promise.all([1, 2, 3, 4].map(() => operatorBus(t, server)));
    const services = Array.from({ length: 12 }, (_, i) => `s${String(i).padStart(2, "0")}`);
    await Promise.all(services.map((service, i) => buses[i % 4]?.writeDesired(desired({ service }), 0)));
    const node = await nodeBus(t, server);
    assert.deepEqual((await node.readIndex())?.services, services);
  });

  test("that exists loses no service, however many write at once", async (t) => {
    const server = await provisionedServer(t);
    const buses = await Promise.all([1, 2, 3, 4].map(() => operatorBus(t, server)));
    await buses[0]?.writeDesired(desired({ service: "first" }), 0);
    const services = Array.from({ length: 12 }, (_, i) => `s${String(i).padStart(2, "0")}`);
    await Promise.all(services.map((service, i) => buses[i % 4]?.writeDesired(desired({ service }), 0)));
    const node = await nodeBus(t, server);
    assert.deepEqual((await node.readIndex())?.services, ["first", ...services]);
  });

  test("that somebody else changes between reading and writing is read again", async (t) => {
    const server = await provisionedServer(t);
    const other = await operatorBus(t, server);
    await other.writeDesired(desired({ service: "first" }), 0);
    const connection = await Connection.connected(settingsFor(server), () => undefined);
    t.after(() => connection.close());
    const live = connection.requireConnected("test");
    const publish = live.js.publish.bind(live.js);
    const rival = { wrote: false };
    t.mock.method(live.js, "publish", async (...args: Parameters<typeof publish>) => {
      if (args[0].endsWith("._index") && !rival.wrote) {
        rival.wrote = true;
        await other.writeDesired(desired({ service: "rival" }), 0);
      }
      return await publish(...args);
    });
    await writeDesired(connection, desired({ service: "mine" }), 0);
    assert.ok(rival.wrote);
    const node = await nodeBus(t, server);
    assert.deepEqual((await node.readIndex())?.services, ["first", "mine", "rival"]);
  });

  test("is written in the end where a new leader does not show yet what it already has", async (t) => {
    const server = await provisionedServer(t);
    const connection = await Connection.connected(settingsFor(server), () => undefined);
    t.after(() => connection.close());
    const live = connection.requireConnected("test");
    const publish = live.js.publish.bind(live.js);
    const behindUntil = Date.now() + 1_000;
    t.mock.method(live.js, "publish", async (...args: Parameters<typeof publish>) => {
      if (args[0].endsWith("._index") && Date.now() < behindUntil) throw new McpError("E_CONFLICT", "wrong sequence");
      return await publish(...args);
    });
    await writeDesired(connection, desired({ service: "mine" }), 0);
    const node = await nodeBus(t, server);
    assert.deepEqual((await node.readIndex())?.services, ["mine"]);
  });

  test("of a batch keeps what somebody else added after the batch was read", async (t) => {
    const server = await provisionedServer(t);
    const [bus, other] = await Promise.all([operatorBus(t, server), operatorBus(t, server)]);
    await other.writeDesired(desired({ service: "first" }), 0);
    const bucket = await bus.readDesiredBucket();
    await other.writeDesired(desired({ service: "rival" }), 0);
    const writes = [{ document: desired({ service: "mine" }), revision: 0 }];
    await bus.writeManyDesired({ writes, bucket, signal: t.signal, onIndexProblem: assert.fail });
    const node = await nodeBus(t, server);
    assert.deepEqual((await node.readIndex())?.services, ["first", "mine", "rival"]);
  });

  test("is repaired by the next writer after one that died between document and index", async (t) => {
    const server = await provisionedServer(t);
    const bus = await operatorBus(t, server);
    const nc = await connect({ servers: server.url });
    t.after(() => nc.close());
    await jetstream(nc).publish("$KV.mcp-desired.rift.orphan", JSON.stringify(desired({ service: "orphan" })));
    const node = await nodeBus(t, server);
    assert.equal(await node.readIndex(), undefined);
    await bus.writeDesired(desired({ service: "web" }), 0);
    assert.deepEqual((await node.readIndex())?.services, ["orphan", "web"]);
  });

  test("that is broken is rebuilt from the keys", async (t) => {
    const server = await provisionedServer(t);
    const bus = await operatorBus(t, server);
    await bus.writeDesired(desired({ service: "db" }), 0);
    const nc = await connect({ servers: server.url });
    t.after(() => nc.close());
    await jetstream(nc).publish("$KV.mcp-desired.rift._index", "nonsense");
    const node = await nodeBus(t, server);
    await assert.rejects(node.readIndex(), (error) => hasCode(error, "E_INVALID_MESSAGE"));
    await bus.writeDesired(desired({ service: "web" }), 0);
    assert.deepEqual((await node.readIndex())?.services, ["db", "web"]);
  });

  test("is not written again for a service it lists", async (t) => {
    const server = await provisionedServer(t);
    const bus = await operatorBus(t, server);
    const revision = await bus.writeDesired(desired(), 0);
    await bus.writeDesired(desired({ generation: 2 }), revision);
    const nc = await connect({ servers: server.url });
    t.after(() => nc.close());
    const info = await (await jetstreamManager(nc)).streams.info("KV_mcp-desired", { subjects_filter: ">" });
    assert.deepEqual(info.state.subjects, { "$KV.mcp-desired.rift._index": 1, "$KV.mcp-desired.rift.web": 2 });
  });
});

test("a batch lists what it wrote next to what was listed, and reports the outcome of each", async (t) => {
  const bus = await operatorBus(t, await provisionedServer(t));
  await bus.writeDesired(desired(), 0);
  const ports = { bucket: await bus.readDesiredBucket(), onIndexProblem: assert.fail };
  const [db, stale, late] = ["db", "stale", "late"].map((service) => desired({ service }));
  assert.ok(db !== undefined && stale !== undefined && late !== undefined);
  const settled: number[] = [];
  const [stored, refused] = await bus.writeManyDesired({
    ...ports,
    writes: [
      { document: db, revision: 0 },
      { document: stale, revision: 77 },
    ],
    signal: t.signal,
    onSettled: () => settled.push(1),
  });
  assert.ok(stored !== undefined && "revision" in stored);
  assert.ok(refused !== undefined && "error" in refused && refused.error.code === "E_CONFLICT");
  assert.equal(settled.length, 2);
  const canceled = { ...ports, writes: [{ document: late, revision: 0 }], signal: AbortSignal.abort() };
  const [broken] = await bus.writeManyDesired(canceled);
  assert.ok(broken !== undefined && "error" in broken && broken.error.code === "E_INTERRUPTED");
  const { documents, indexes } = await bus.readDesiredBucket();
  assert.deepEqual(documents.map(({ document }) => document.service).sort(), ["db", "web"]);
  assert.deepEqual([...(indexes.get("rift")?.services ?? [])].sort(), ["db", "web"]);
});

test("a key that somebody has written since it was read is not deleted", async (t) => {
  const server = await provisionedServer(t);
  const connection = await Connection.connected(settingsFor(server), () => undefined);
  t.after(() => connection.close());
  const at = { bucket: "mcp-desired", key: "rift.web" };
  const [one, two] = ["one", "two"].map((text) => Buffer.from(text));
  assert.ok(one !== undefined && two !== undefined);
  const read = await putKey(connection, at, { value: one });
  const newest = await putKey(connection, at, { value: two });
  await assert.rejects(deleteKey(connection, at, read), (error) => hasCode(error, "E_CONFLICT"));
  assert.equal((await leaderGet(connection, at))?.revision, newest);
  await deleteKey(connection, at, newest);
  assert.equal((await leaderGet(connection, at))?.deleted, true);
});

test("a name that no service may have becomes no key", async (t) => {
  const bus = await operatorBus(t, await provisionedServer(t));
  await assert.rejects(bus.writeDesired(desired({ service: "a.b" }), 0));
  assert.deepEqual(await bus.listDesired(), []);
});
