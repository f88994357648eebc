/** Restoring lines of a backup on a real server: after a failure half way, and into a bus that is in use. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { backupLines } from "../../src/bus/admin/backup.ts";
import { provision } from "../../src/bus/admin/provision.ts";
import { restoreBus } from "../../src/bus/admin/restore.ts";
import { connectOperatorBus } from "../../src/bus/bus.ts";
import { hasCode, McpError } from "../../src/values/error.ts";
import type { NatsServer } from "../helpers/nats-server.ts";
import { all, desired, event, nodeBus, observed, operatorBus, provisionedServer, settingsFor } from "./bus-fixtures.ts";

const AT = "2026-01-02T03:04:05.000Z";
const OPTIONS = { replicas: 1, dryRun: false } as const;

const doc = (service: string, generation: number) => ({
  ...desired({ service, generation }),
  writeId: `${service}${generation}`,
});

async function* from(lines: readonly string[], failAt = Number.POSITIVE_INFINITY): AsyncGenerator<string> {
  for (const [index, line] of lines.entries()) {
    if (index === failAt) throw new McpError("E_BUS_UNREACHABLE", "the bus is gone");
    yield line;
  }
}

async function generations(server: NatsServer, service: string): Promise<number[]> {
  const bus = await connectOperatorBus(settingsFor(server), { author: "kyle@desk" });
  try {
    return (await bus.historyOf("rift", service)).map(({ document }) => document.generation);
  } finally {
    await bus.close();
  }
}

describe("restoring the bus", () => {
  it("goes on after a failure half way; until it is done agents can read nothing, then they are woken once", async (t) => {
    const source = await provisionedServer(t);
    const writer = await operatorBus(t, source);
    for (const generation of [1, 2, 3]) {
      const revision = (await writer.readDesired("rift", "web"))?.revision ?? 0;
      await writer.writeDesired(doc("web", generation), revision);
    }
    await writer.publishEvent(event());
    const lines = await all(backupLines(settingsFor(source), AT));

    const target = await provisionedServer(t);
    const node = await nodeBus(t, target);
    const woken: string[] = [];
    node.onWake((service) => woken.push(service), t.signal);
    await node.readIndex(); // a round trip: the subscription is in place
    let reads = 0;
    const readLines = () => from(lines, reads++ === 0 ? undefined : 3);
    await assert.rejects(restoreBus(settingsFor(target), readLines, OPTIONS), (error) =>
      hasCode(error, "E_BUS_UNREACHABLE"),
    );
    await assert.rejects(node.readDesired("web"));
    assert.deepEqual(await generations(target, "web"), [1, 2]);
    assert.deepEqual(woken, []);

    const { restored } = await restoreBus(settingsFor(target), () => from(lines), OPTIONS);
    assert.deepEqual([restored.desired, restored.events], [1, 1]);
    assert.deepEqual(await generations(target, "web"), [1, 2, 3]);
    assert.equal((await node.readDesired("web"))?.generation, 3);
    assert.deepEqual((await node.readIndex())?.services, ["web"]);
    assert.deepEqual(woken, ["_index"]);
    const { streams } = await provision(settingsFor(target), { replicas: 1, create: false });
    assert.deepEqual(
      streams.filter(({ result }) => result !== "unchanged"),
      [],
    );
  });

  it("writes into a bus in use only what is newer there, the newest alone, and no report or event", async (t) => {
    const source = await provisionedServer(t);
    const writer = await operatorBus(t, source);
    await writer.writeDesired(doc("web", 4), 0);
    await writer.writeDesired(doc("web", 5), (await writer.readDesired("rift", "web"))?.revision ?? 0);
    await writer.writeDesired(doc("shop", 2), 0);
    await (await nodeBus(t, source)).putObserved(observed());
    await writer.publishEvent(event());
    const lines = await all(backupLines(settingsFor(source), AT));

    const target = await provisionedServer(t);
    const other = await operatorBus(t, target);
    await other.writeDesired(doc("web", 3), 0);
    await other.writeDesired(doc("shop", 9), 0);
    await other.publishEvent(event());
    const node = await nodeBus(t, target);
    await node.putObserved(observed({ report: 7 }));

    const dry = await restoreBus(settingsFor(target), () => from(lines), { ...OPTIONS, dryRun: true });
    assert.deepEqual(await generations(target, "web"), [3]);
    const { restored } = await restoreBus(settingsFor(target), () => from(lines), OPTIONS);
    assert.deepEqual(restored, { revocations: 0, nodes: 0, observed: 0, desired: 1, events: 0 });
    assert.deepEqual(dry.restored, restored);
    assert.deepEqual(await generations(target, "web"), [3, 5]);
    assert.deepEqual(await generations(target, "shop"), [9]);
    assert.equal((await other.readObserved("rift", "web"))?.value.report, 7);
  });

  it("brings the list of removed operators back, never over a later one", async (t) => {
    const list = (serial: number) => ({
      version: 1 as const,
      serial,
      at: AT,
      revoked: [],
      signer: "A",
      sig: `s${serial}`,
    });
    const source = await provisionedServer(t);
    await (await operatorBus(t, source)).writeRevocations(list(3), 0);
    const lines = await all(backupLines(settingsFor(source), AT));

    const empty = await provisionedServer(t);
    const { restored } = await restoreBus(settingsFor(empty), () => from(lines), OPTIONS);
    assert.equal(restored.revocations, 1);
    assert.deepEqual((await (await operatorBus(t, empty)).readRevocations()).list, list(3));

    const later = await provisionedServer(t);
    const bus = await operatorBus(t, later);
    await bus.writeRevocations(list(4), 0);
    const again = await restoreBus(settingsFor(later), () => from(lines), OPTIONS);
    assert.equal(again.restored.revocations, 0);
    assert.deepEqual((await bus.readRevocations()).list, list(4));
  });
});
