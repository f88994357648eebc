/** How often a node tells of a service. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createReconcileState, type ReconcileState, withStep } from "../../../src/agent/reconcile/reconcile-state.ts";
import { Reporter } from "../../../src/agent/reporting/reporter.ts";
import type { ServiceRow } from "../../../src/agent/store/store.ts";
import type { StepName } from "../../../src/schemas/service/observed.ts";
import { desired, NODE, NOW_MS, row, settled } from "../../helpers/builders.ts";
import { FakeClock } from "../../twin/fake-clock.ts";
import { MemoryBus } from "../../twin/memory-bus.ts";

const document = desired();

function world() {
  const clock = new FakeClock();
  const bus = new MemoryBus();
  const over = new AbortController();
  const state: ReconcileState = { ...createReconcileState("web"), isListed: true };
  const store: { row: ServiceRow; asked: number } = { row: row(document), asked: 0 };
  const ports = {
    node: NODE,
    bus: bus.nodeBus(NODE),
    clock,
    boot: "b",
    row: () => {
      store.asked += 1;
      return store.row;
    },
    rejection: () => undefined,
    stateOf: () => state,
  };
  const reporter = new Reporter({ ...ports, onError: (error) => assert.fail(String(error)) }, over.signal);
  const step = async (name: StepName) => {
    const at = new Date(NOW_MS).toISOString();
    state.isActing = true;
    state.steps = withStep(state.steps, { generation: 1, component: "api", step: name, detail: undefined, at });
    reporter.report("web");
    await clock.settle();
  };
  const end = () => {
    state.isActing = false;
    store.row = row(document, settled(document));
    state.plan = { drift: [], actions: [], blocked: [], asDesired: true };
    reporter.report("web");
  };
  const soon = () => clock.advance(250);
  const told = () => bus.reports.map(({ state: now, steps }) => `${now} ${steps.length}`);
  return { clock, over, store, step, end, soon, told };
}

describe("progress of a service", () => {
  it("is told soon, and then gathered: each report has all steps so far", async () => {
    const { clock, step, soon, told } = world();
    await step("pull");
    assert.deepEqual(told(), [], "the step goes first");
    await soon();
    for (const name of ["create", "start"] as const) await step(name);
    assert.deepEqual(told(), ["progressing 1"]);
    await clock.advance(250);
    assert.deepEqual(told(), ["progressing 1", "progressing 3"]);
    await clock.advance(10_000);
    assert.equal(told().length, 2, "what did not change is not told again");
  });

  it("gives way to its end, which is reported at once", async () => {
    const { clock, step, end, soon, told } = world();
    await step("create");
    await soon();
    await step("start");
    end();
    await clock.settle();
    assert.deepEqual(told(), ["progressing 1", "converged 2"]);
    await clock.advance(10_000);
    assert.equal(told().length, 2);
  });

  it("costs nothing while it is gathered", async () => {
    const { store, step, soon, told } = world();
    await step("pull");
    const { asked } = store;
    for (const name of ["create", "stop", "start"] as const) await step(name);
    assert.equal(store.asked, asked);
    await soon();
    assert.deepEqual(told(), ["progressing 4"]);
  });

  it("that is over before it was told is left out", async () => {
    const { clock, step, end, told } = world();
    await step("start");
    end();
    await clock.advance(10_000);
    assert.deepEqual(told(), ["converged 1"]);
  });

  it("is no longer reported by an agent that is stopping", async () => {
    const { clock, over, step, soon, told } = world();
    await step("create");
    await soon();
    await step("start");
    over.abort();
    await clock.advance(10_000);
    assert.deepEqual(told(), ["progressing 1"]);
  });
});
