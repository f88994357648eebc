/**
 * What a stolen node key can still do, asserted as it is, and told in docs/SECURITY.md: it fills what nodes share with what
 * is its own. How far the limits of the streams hold, and how an admin gets the bus back.
 */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, test } from "node:test";
import { connectOperatorBus } from "../../src/bus/bus.ts";
import { Connection } from "../../src/bus/connection/connection.ts";
import { leaderGet } from "../../src/bus/kv/direct-get.ts";
import { putEvent, putKey } from "../../src/bus/kv/publish-with-ack.ts";
import type { NodeBus } from "../../src/bus/ports/node-bus.ts";
import { type Admitted, type OperatorServer, startOperatorServer } from "../helpers/operator-server.ts";
import type { Scope } from "../helpers/scope.ts";
import { all, event, nodeBus, observed } from "./bus-fixtures.ts";

interface Parties {
  readonly server: OperatorServer;
  readonly vade: NodeBus;
  readonly attacker: Connection;
  readonly stolen: Admitted;
  readonly admin: Connection;
}

async function parties(scope: Scope, version: "newest" | "2.10"): Promise<Parties> {
  const server = await startOperatorServer(scope, { version });
  const [stolen, { creds }] = await Promise.all([server.node("rift"), server.node("vade")]);
  const linkOf = async (path: string) => {
    const link = await Connection.connected(server.settings(path), () => undefined);
    scope.after(() => link.close());
    return link;
  };
  return {
    server,
    stolen,
    vade: await nodeBus(scope, server, "vade", server.settings(creds)),
    attacker: await linkOf(stolen.creds),
    admin: await linkOf(await server.operator("kyle", "admin")),
  };
}

const shrink = (admin: Connection, stream: string, settings: { max_bytes?: number; max_msgs_per_subject?: number }) =>
  admin.call("make it small", ({ jsm }) => jsm.streams.update(stream, settings));

async function eventsOf(scope: Scope & { signal: AbortSignal }, { server }: Parties, node: string) {
  const bus = await connectOperatorBus(server.settings(server.admin), { author: "kyle@desk" });
  scope.after(() => bus.close());
  return all(bus.events({ follow: false, node }, scope.signal));
}

for (const version of ["newest", "2.10"] as const) {
  describe(`what a stolen node key may fill on nats-server ${version}`, () => {
    test("events of one kind push out its own alone", async (t) => {
      const check = await parties(t, version);
      await shrink(check.admin, "MCP_EVENTS", { max_msgs_per_subject: 20 });
      await check.vade.publishEvent(event({ node: "vade" }));
      await Promise.all(Array.from({ length: 100 }, () => putEvent(check.attacker, event())));
      assert.equal((await eventsOf(t, check, "vade")).length, 1);
      assert.equal((await eventsOf(t, check, "rift")).length, 20);
    });

    test("events of ever new kinds push out the oldest of others, once the stream is full", async (t) => {
      const check = await parties(t, version);
      await shrink(check.admin, "MCP_EVENTS", { max_bytes: 64 * 1024 });
      await check.vade.publishEvent(event({ node: "vade" }));
      const message = "x".repeat(1024);
      await Promise.all(
        Array.from({ length: 100 }, (_, count) => putEvent(check.attacker, event({ message, service: `s${count}` }))),
      );
      assert.deepEqual(await eventsOf(t, check, "vade"), []);
    });

    test("a full bucket of reports refuses others' until an admin shuts the node out and removes its own", async (t) => {
      const check = await parties(t, version);
      await shrink(check.admin, "KV_mcp-observed", { max_bytes: 64 * 1024 });
      await check.vade.putObserved(observed({ node: "vade" }));
      for (const bytes of [1024, 64, 1]) {
        const fill = Array.from({ length: 80 }, (_, count) =>
          putKey(
            check.attacker,
            { bucket: "mcp-observed", key: `rift.s${bytes}-${count}` },
            { value: Buffer.alloc(bytes) },
          ),
        );
        assert.ok(
          (await Promise.allSettled(fill)).some(({ status }) => status === "rejected"),
          "it is full",
        );
      }
      await assert.rejects(check.vade.putObserved(observed({ node: "vade", service: "new" })));

      await check.server.close("rift", check.stolen);
      await check.admin.call("remove what it filled", ({ jsm }) =>
        jsm.streams.purge("KV_mcp-observed", { filter: "$KV.mcp-observed.rift.>" }),
      );
      await check.vade.putObserved(observed({ node: "vade", service: "new" }));
      assert.ok(await leaderGet(check.admin, { bucket: "mcp-observed", key: "vade.web" }), "what others told stands");
    });

    test("an event's id that it has guessed is dropped for whoever uses it next: ids are random", async (t) => {
      const check = await parties(t, version);
      const id = randomUUID();
      await putEvent(check.attacker, event({ id }));
      await check.vade.publishEvent(event({ node: "vade", id }));
      assert.deepEqual(await eventsOf(t, check, "vade"), []);
      await check.vade.publishEvent(event({ node: "vade" }));
      assert.equal((await eventsOf(t, check, "vade")).length, 1);
    });
  });
}
