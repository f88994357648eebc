/** What an agent prepares before its first pass, from what its store says, on a machine that was restarted or has lost everything. */
import assert from "node:assert/strict";
import { it } from "node:test";
import { eventMaker } from "../../../../src/agent/state/events.ts";
import { machineBoot } from "../../../../src/agent/state/identity.ts";
import { openServiceCache } from "../../../../src/agent/state/service-cache.ts";
import { MemoryStore } from "../../../../src/agent/store/memory-store.ts";
import type { Store } from "../../../../src/agent/store/store.ts";
import { prepareToRecover } from "../../../../src/agent/watch/recover.ts";
import { LABEL } from "../../../../src/schemas/service/labels.ts";
import { hasCode } from "../../../../src/values/error.ts";
import { desired, NODE, NOW_MS, row, service, settled } from "../../../helpers/builders.ts";
import { failingStore } from "../../../helpers/failing-store.ts";
import { FakeClock } from "../../../twin/fake-clock.ts";
import { FakeRuntime } from "../../../twin/fake-runtime.ts";

const REPAIRS = { api: { count: 5, notBeforeMs: NOW_MS + 300_000, lastMs: NOW_MS } };

/** A machine that was restarted, whose services were carried out before; podman has one container of theirs, or none. */
async function restarted(names: readonly string[], { active = true, containers = 1 } = {}) {
  const store = new MemoryStore();
  for (const name of names) {
    const document = desired({ service: name, spec: service({ name, active }) });
    const { ref, memory } = row(document, settled(document, { repairs: REPAIRS }));
    await store.accept(document, ref, memory, []);
  }
  await store.setFact("machine-boot", "the boot before");
  const clock = new FakeClock();
  const runtime = new FakeRuntime({ now: clock.now });
  if (containers > 0) runtime.addForeign("web-api", { labels: { [LABEL.node]: NODE }, state: "exited" });
  const prepare = async (on: Store = store) => {
    const makeEvent = eventMaker(NODE, clock);
    const services = await openServiceCache(on, () => undefined);
    const ports = { node: NODE, runtime, store: on, services, makeEvent, env: {}, acceptIdentity: false };
    await prepareToRecover(ports, AbortSignal.timeout(10_000));
  };
  const memories = async () => (await store.services()).map(({ memory }) => memory);
  const told = async () => (await store.eventsAfter(0, 100)).map(({ kind }) => kind);
  return { store, prepare, memories, told };
}

it("after a restart of the machine no delay and no count of repairs is left", async () => {
  const { prepare, memories, told } = await restarted(["web"]);
  await prepare();
  const [memory] = await memories();
  assert.deepEqual(memory?.repairs, {});
  assert.equal(memory?.settledGeneration, 0);
  assert.deepEqual(await told(), []);
});

it("a service that is stopped has lost nothing when it has no containers", async () => {
  const stopped = await restarted(["web"], { active: false, containers: 0 });
  await stopped.prepare();
  assert.deepEqual(await stopped.told(), []);
  const running = await restarted(["web"], { containers: 0 });
  await running.prepare();
  assert.deepEqual(await running.told(), ["runtime-empty"]);
});

it("a full disk at any write leaves the restart to be noticed once more", async () => {
  for (let write = 1; write <= 4; write++) {
    const { store, prepare, memories } = await restarted(["a", "b", "c"]);
    const disk = failingStore(store);
    await prepare(disk.store).catch(() => undefined); // writes what is written once: who this node is
    await store.setFact("machine-boot", "the boot before");
    for (const { service: name, memory } of await store.services())
      await store.remember(name, { ...memory, settledGeneration: 1, repairs: REPAIRS }, []);
    disk.failAt(write);
    await assert.rejects(prepare(disk.store), (error) => hasCode(error, "E_STORE"), `write ${write}`);
    const { now, recorded } = await machineBoot(store);
    assert.notEqual(recorded, now, `write ${write}`);
    await prepare(disk.store);
    assert.deepEqual(
      (await memories()).map(({ settledGeneration, repairs }) => [settledGeneration, repairs]),
      [
        [0, {}],
        [0, {}],
        [0, {}],
      ],
    );
  }
});
