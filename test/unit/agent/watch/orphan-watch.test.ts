/** What is reported of containers that nobody wants, over sweeps and over a restart of the agent. */
import assert from "node:assert/strict";
import { it } from "node:test";
import type { RuntimeContainer } from "../../../../src/agent/runtime/runtime.ts";
import { eventMaker } from "../../../../src/agent/state/events.ts";
import { MemoryStore } from "../../../../src/agent/store/memory-store.ts";
import { createOrphanWatch } from "../../../../src/agent/watch/orphans.ts";
import { component, container, NODE } from "../../../helpers/builders.ts";
import { FakeClock } from "../../../twin/fake-clock.ts";

function watched() {
  const store = new MemoryStore();
  const makeEvent = eventMaker(NODE, new FakeClock());
  const start = () => createOrphanWatch({ store, makeEvent, onEvents: () => undefined });
  const told = async () =>
    (await store.eventsAfter(0, 100)).map(({ kind, data }) => `${kind} ${String(data?.["container"])}`);
  return { start, told };
}

const orphan = (name: string): RuntimeContainer => container(component({ name }));
const [api, worker] = [orphan("api"), orphan("worker")];

it("an orphan is reported when it appears and when it is gone, and in no sweep between", async () => {
  const { start, told } = watched();
  const sweep = start();
  await sweep([api]);
  await sweep([api]);
  assert.deepEqual(await told(), ["drift-opened web-api"]);
  await sweep([api, worker]);
  assert.deepEqual(await told(), ["drift-opened web-api", "drift-opened web-worker"]);
  await sweep([worker]);
  assert.deepEqual((await told()).slice(2), ["drift-closed web-api"]);
});

it("a restart of the agent repeats no report of an orphan, and reports what has gone since", async () => {
  const { start, told } = watched();
  await start()([api, worker]);
  const sweep = start();
  await sweep([api, worker]);
  assert.equal((await told()).length, 2);
  await sweep([]);
  assert.deepEqual((await told()).slice(2), ["drift-closed web-api", "drift-closed web-worker"]);
});
