/** Events: replay by filter, time and number; following over a server's death without gaps or duplicates. */
import assert from "node:assert/strict";
import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { jetstream } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import type { NodeBus } from "../../src/bus/ports/node-bus.ts";
import type { EventQuery } from "../../src/bus/ports/operator-bus.ts";
import type { McpEvent } from "../../src/schemas/wire/event.ts";
import type { McpError } from "../../src/values/error.ts";
import { hasCode } from "../../src/values/error.ts";
import { eventually } from "../helpers/eventually.ts";
import { startNatsServer } from "../helpers/nats-server.ts";
import { storedEvents } from "../helpers/stored-events.ts";
import { tempDir } from "../helpers/temp-dir.ts";
import { all, collect, event, nodeBus, operatorBus, provisionedServer, settingsFor } from "./bus-fixtures.ts";

const NEVER = new AbortController().signal;
const sequences = (events: readonly McpEvent[]) => events.map(({ sequence }) => sequence);

async function publish(bus: NodeBus, events: readonly McpEvent[]): Promise<void> {
  for (let from = 0; from < events.length; from += 200) {
    await Promise.all(events.slice(from, from + 200).map((one) => bus.publishEvent(one)));
  }
}

const numbered = (from: number, to: number, own: Partial<McpEvent> = {}) =>
  Array.from({ length: to - from + 1 }, (_, i) => event({ sequence: from + i, ...own }));

for (const version of ["newest", "2.10"] as const) {
  describe(`events on nats-server ${version}`, () => {
    test("are replayed in order, filtered by every part of their address", async (t) => {
      const server = await provisionedServer(t, { version });
      const [node, bus] = await Promise.all([nodeBus(t, server), operatorBus(t, server)]);
      const published = [
        event({ sequence: 1, service: "web", component: "api" }),
        event({ sequence: 2, service: "db" }),
        event({ sequence: 3, node: "vade", service: "web", kind: "deploy-failed", severity: "error" }),
        event({ sequence: 4, kind: "agent-started", severity: "info" }),
      ];
      for (const one of published) await node.publishEvent(one);
      const replay = async (query: Partial<EventQuery>) =>
        sequences(await all(bus.events({ follow: false, ...query }, NEVER)));
      assert.deepEqual(await all(bus.events({ follow: false }, NEVER)), published);
      assert.deepEqual(await replay({ node: "rift" }), [1, 2, 4]);
      assert.deepEqual(await replay({ service: "web" }), [1, 3]);
      assert.deepEqual(await replay({ kind: "agent-started" }), [4]);
      assert.deepEqual(await replay({ severity: "error" }), [3]);
      assert.deepEqual(await replay({ node: "rift", service: "db", severity: "warning" }), [2]);
      assert.deepEqual(await replay({ node: "nobody" }), []);
    });

    test("the last N that match are found among many that do not", async (t) => {
      const server = await provisionedServer(t, { version });
      const [node, bus] = await Promise.all([nodeBus(t, server), operatorBus(t, server)]);
      await publish(node, numbered(1, 5, { service: "web" }));
      await publish(node, numbered(1000, 2999, { service: "db" }));
      await publish(node, numbered(6, 7, { service: "web" }));
      await publish(node, numbered(3000, 3299, { service: "db" }));
      const last = async (count: number, service: string) =>
        sequences(await all(bus.events({ follow: false, last: count, service }, NEVER))).sort((a, b) => a - b);
      assert.deepEqual(await last(3, "web"), [5, 6, 7]);
      assert.deepEqual(await last(1, "web"), [7]);
      assert.deepEqual(await last(50, "web"), [1, 2, 3, 4, 5, 6, 7]);
      assert.deepEqual(await last(0, "web"), []);
      assert.deepEqual(await last(2, "cache"), []);
      assert.equal((await last(600, "db")).length, 600);
    });

    test("only those since a time are replayed, also together with the last N", async (t) => {
      const server = await provisionedServer(t, { version });
      const [node, bus] = await Promise.all([nodeBus(t, server), operatorBus(t, server)]);
      await publish(node, numbered(1, 3));
      const storedMs = Date.now();
      await eventually(() => Date.now() > storedMs + 5, { what: "a later time" });
      const sinceMs = Date.now();
      await node.publishEvent(event({ sequence: 4 }));
      await node.publishEvent(event({ sequence: 5 }));
      const since = async (query: Partial<EventQuery>) =>
        sequences(await all(bus.events({ follow: false, sinceMs, ...query }, NEVER)));
      assert.deepEqual(await since({}), [4, 5]);
      assert.deepEqual(await since({ last: 4 }), [4, 5]);
      assert.deepEqual(await since({ last: 1 }), [5]);
    });

    test("are followed over kill -9 and restart, each once, while they are being written", async (t) => {
      const server = await provisionedServer(t, { version });
      const [node, bus] = await Promise.all([nodeBus(t, server), operatorBus(t, server)]);
      await publish(node, numbered(1, 10));
      const followed = collect(bus.events({ follow: true }, t.signal));
      const newOnes = collect(bus.events({ follow: true, last: 1 }, t.signal));
      await eventually(() => followed.items.length === 10 && newOnes.items.length === 1, { what: "the replay" });
      const writing = writeAll(node, numbered(11, 400));
      await eventually(() => followed.items.length >= 60, { what: "following" });
      await server.kill9();
      await server.restart();
      await writing;
      await eventually(() => followed.items.length >= 400, { what: "all events", timeoutMs: 20_000 });
      const each = Array.from({ length: 400 }, (_, i) => i + 1);
      assert.deepEqual(sequences(followed.items), each);
      await eventually(() => newOnes.items.length >= 391, { what: "all events since the last one" });
      assert.deepEqual(sequences(newOnes.items), each.slice(9));
      assert.deepEqual(sequences(await storedEvents(settingsFor(server))), each);
    });
  });
}

/** Writes one after the other as an outbox does: each until it is stored, and once more, as if its answer was lost. */
async function writeAll(node: NodeBus, events: readonly McpEvent[]): Promise<void> {
  for (const one of events) {
    const stored = async () => {
      await node.publishEvent(one);
      return true;
    };
    await eventually(stored, { what: `event ${one.sequence} stored`, timeoutMs: 20_000 });
    if (one.sequence % 50 === 0) await eventually(stored, { what: `event ${one.sequence} stored again` });
  }
}

test("the last N and what follows them come without a seam", async (t) => {
  const server = await provisionedServer(t);
  const [node, bus] = await Promise.all([nodeBus(t, server), operatorBus(t, server)]);
  for (const one of numbered(1, 20)) await node.publishEvent(one);
  const followed = collect(bus.events({ follow: true, last: 3 }, t.signal));
  const onlyNew = collect(bus.events({ follow: true, last: 0 }, t.signal));
  await eventually(() => followed.items.length === 3, { what: "the last three" });
  await bus.facts();
  await eventually(async () => {
    await node.publishEvent(event({ sequence: 21 }));
    return onlyNew.items.length > 0;
  });
  assert.equal(onlyNew.items[0]?.sequence, 21);
  assert.deepEqual(sequences(followed.items).slice(0, 4), [18, 19, 20, 21]);
});

test("a follower continues when the store comes back older than what it has seen", async (t) => {
  const server = await provisionedServer(t);
  const [node, bus] = await Promise.all([nodeBus(t, server), operatorBus(t, server)]);
  await node.publishEvent(event({ sequence: 1 }));
  const backup = join(await tempDir(t), "store");
  await server.stop();
  await cp(server.storeDir, backup, { recursive: true });
  await server.restart();
  await eventually(() => bus.facts(), { what: "connected again" });
  const followed = collect(bus.events({ follow: true }, t.signal));
  await writeAll(node, numbered(2, 6));
  await eventually(() => followed.items.length === 6, { what: "six events" });
  await server.kill9();
  await rm(server.storeDir, { recursive: true });
  await cp(backup, server.storeDir, { recursive: true });
  await server.restart();
  await writeAll(node, numbered(7, 9)); // stored under sequences that the follower has seen
  await eventually(() => followed.items.length === 9, { what: "the events after the restore" });
  assert.deepEqual(sequences(followed.items), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test("a follower is told when it cannot begin, and ends quietly when its signal aborts", async (t) => {
  const bare = await operatorBus(t, await startNatsServer(t));
  await assert.rejects(all(bare.events({ follow: true }, t.signal)), (error) => hasCode(error, "E_BUS_UNPROVISIONED"));
  const bus = await operatorBus(t, await provisionedServer(t));
  const aborting = new AbortController();
  const followed = collect(bus.events({ follow: true }, aborting.signal));
  await bus.facts();
  aborting.abort();
  assert.equal(await followed.ended, undefined);
});

test("an event that the stream holds twice is yielded once", async (t) => {
  const server = await provisionedServer(t);
  const bus = await operatorBus(t, server);
  const nc = await connect({ servers: server.url });
  t.after(() => nc.close());
  const twice = JSON.stringify(event());
  for (let i = 0; i < 2; i++) await jetstream(nc).publish("mcp.v1.event.rift.warning.drift-opened._._", twice);
  assert.equal((await storedEvents(settingsFor(server))).length, 2);
  assert.equal((await all(bus.events({ follow: false }, NEVER))).length, 1);
});

test("an event that claims to be another node's is left out and reported", async (t) => {
  const server = await provisionedServer(t);
  const problems: McpError[] = [];
  const bus = await operatorBus(t, server, problems);
  const nc = await connect({ servers: server.url });
  t.after(() => nc.close());
  const forged = JSON.stringify(event({ node: "vade" }));
  await jetstream(nc).publish("mcp.v1.event.rift.warning.drift-opened._._", forged);
  assert.deepEqual(await all(bus.events({ follow: false }, NEVER)), []);
  assert.equal(problems[0]?.code, "E_INVALID_MESSAGE");
});
