/** The buckets are ordinary NATS key-value buckets: any KV client reads, lists and watches what mcp writes. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { jetstream } from "@nats-io/jetstream";
import { Kvm } from "@nats-io/kv";
import { connect } from "@nats-io/transport-node";
import { provision } from "../../src/bus/admin/provision.ts";
import { connectOperatorBus } from "../../src/bus/bus.ts";
import { DESIRED_BUCKET, indexKey, serviceKey } from "../../src/schemas/wire/buckets.ts";
import { desiredCodec } from "../../src/schemas/wire/codec.ts";
import { startNatsServer } from "../helpers/nats-server.ts";
import { desired, settingsFor } from "./bus-fixtures.ts";

for (const version of ["newest", "2.10"] as const) {
  describe(`other KV clients on nats-server ${version}`, () => {
    test("read, list and follow the history of what mcp writes", async (t) => {
      const server = await startNatsServer(t, { version });
      await provision(settingsFor(server), { replicas: 1, create: true });
      const bus = await connectOperatorBus(settingsFor(server), { author: "kyle@desk" });
      t.after(() => bus.close());
      const client = await connect({ servers: server.url });
      t.after(() => client.close());
      const bucket = await new Kvm(jetstream(client)).open(DESIRED_BUCKET);

      const first = desired({ generation: 1 });
      const second = desired({ generation: 2 });
      await bus.writeDesired(second, await bus.writeDesired(first, 0));

      const key = serviceKey(first.node, first.service);
      const entry = await bucket.get(key);
      assert.deepEqual(desiredCodec.decode(entry?.value ?? new Uint8Array()), second);
      const keys: string[] = [];
      for await (const one of await bucket.keys()) keys.push(one);
      assert.deepEqual(keys.sort(), [indexKey(first.node), key].sort());
      const history: number[] = [];
      for await (const one of await bucket.history({ key })) history.push(desiredCodec.decode(one.value).generation);
      assert.deepEqual(history, [1, 2]);
    });
  });
}
