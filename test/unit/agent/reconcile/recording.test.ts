/** What passes leave behind in memory and events: outcomes, drift, fights, the end of a generation. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { describeDrift } from "../../../../src/agent/reconcile/drift/describe-drift.ts";
import type { Outcome } from "../../../../src/agent/reconcile/execute/apply.ts";
import type { StartAction } from "../../../../src/agent/reconcile/model/action.ts";
import { type Plan, plan } from "../../../../src/agent/reconcile/plan/plan.ts";
import { serviceState } from "../../../../src/agent/reconcile/plan/service-state.ts";
import { compareDrift } from "../../../../src/agent/reconcile/record/compare-drift.ts";
import { markApplied } from "../../../../src/agent/reconcile/record/mark-applied.ts";
import { recordDrift } from "../../../../src/agent/reconcile/record/record-drift.ts";
import { recordOutcome } from "../../../../src/agent/reconcile/record/record-outcome.ts";
import { eventMaker } from "../../../../src/agent/state/events.ts";
import type { Drift } from "../../../../src/schemas/service/drift.ts";
import type { Failure } from "../../../../src/schemas/service/observed.ts";
import {
  component,
  container,
  desired,
  memory,
  NODE,
  NOW_MS,
  planInput,
  row,
  service,
  settled,
  tombstone,
} from "../../../helpers/builders.ts";
import { FakeClock } from "../../../twin/fake-clock.ts";

const makeEvent = eventMaker(NODE, new FakeClock());
const api = component();
const document = desired({ generation: 2 });
const at = (ms: number) => new Date(ms).toISOString();
const empty: Plan = { drift: [], actions: [], blocked: [], asDesired: true };

describe("the outcome of an action", () => {
  const moment = { nowMs: NOW_MS, random: 1, accepted: 2 };
  const rollout = {
    kind: "rollout",
    superseded: [],
    inTheWay: [],
    waitsFor: [],
    component: "api",
    spec: api,
    repairs: false,
    order: 0,
  } as const;
  const start: StartAction = { kind: "start", component: "api", container: container(), repairs: true, order: 0 };
  const failure: Failure = {
    ...{ generation: 2, component: "api", at: at(NOW_MS), code: "E_NODE_FAILED", message: "ended" },
    ...{ lines: ["oh"], previousServing: false },
  };
  const outcome = (own: Partial<Outcome>): Outcome => ({ action: rollout, generation: 2, ...own });

  it("that succeeded ends the attempt and remembers what serves", () => {
    const before = memory({ attempts: { api: "a", db: "b" }, failed: { api: 1 }, failure, stopped: ["api", "db"] });
    const after = recordOutcome(before, outcome({}), moment);
    const expected = { attempts: { db: "b" }, promoted: { api: "a" }, failed: {}, serving: { api }, stopped: ["db"] };
    assert.deepEqual(after, { ...memory(), ...expected });
  });

  it("that failed is remembered with a delay before the next try", () => {
    const after = recordOutcome(memory({ attempts: { api: "a" } }), outcome({ failure }), moment);
    assert.deepEqual([after.failure, after.failed, after.attempts], [failure, { api: 2 }, {}]);
    assert.deepEqual(after.repairs, { api: { count: 1, lastMs: NOW_MS, notBeforeMs: NOW_MS + 15_000 } });
  });

  it("that failed for an older generation does not hold back the newer one", () => {
    const before = memory({ attempts: { api: "a" } });
    assert.deepEqual(recordOutcome(before, outcome({ failure, generation: 1 }), moment), memory());
  });

  it("of a repair counts, with growing delays", () => {
    const delays = [1, 2, 3].reduce<number[]>((all) => {
      const repairs = { api: { count: all.length, lastMs: 0, notBeforeMs: 0 } };
      const after = recordOutcome(memory({ repairs }), outcome({ action: start }), moment);
      return [...all, (after.repairs["api"]?.notBeforeMs ?? 0) - NOW_MS];
    }, []);
    assert.deepEqual(delays, [1_000, 2_000, 4_000]);
  });

  it("of carrying out a generation does not count, nor does waiting for a foreign container", () => {
    assert.deepEqual(recordOutcome(memory(), outcome({ action: { ...start, repairs: false } }), moment).repairs, {});
    const taken = { component: "api", reason: "name-taken", message: "taken" } as const;
    assert.deepEqual(recordOutcome(memory(), outcome({ blocked: taken }), moment).repairs, {});
  });

  it("that could not be made counts", () => {
    const blocked = { component: "api", reason: "runtime", message: "no" } as const;
    const after = recordOutcome(memory(), outcome({ action: { ...start, repairs: false }, blocked }), moment);
    assert.deepEqual([after.repairs["api"]?.count, after.repairs["api"]?.refused], [1, "no"]);
  });

  it("that is made at last counts as the first: nobody undid those that were refused", () => {
    const repairs = { api: { count: 4, lastMs: 0, notBeforeMs: 0, refused: "no" } };
    const blocked = { component: "api", reason: "runtime", message: "still no" } as const;
    const again = recordOutcome(memory({ repairs }), outcome({ action: start, blocked }), moment).repairs["api"];
    assert.deepEqual([again?.count, again?.refused], [5, "still no"]);
    const made = recordOutcome(memory({ repairs }), outcome({ action: start }), moment).repairs["api"];
    assert.deepEqual(made, { count: 1, lastMs: NOW_MS, notBeforeMs: NOW_MS + 1_000 });
  });
});

describe("drift", () => {
  const stopped: Drift = {
    ...{ kind: "not-running", component: "api", containerName: "web-api" },
    differences: [{ field: "state", want: "running", have: "exited (exit code 137)" }],
  };
  const note = (before: ReturnType<typeof memory>, found: Partial<Plan>, nowMs = NOW_MS) =>
    recordDrift({ row: row(document, before), plan: { ...empty, ...found }, nowMs, makeEvent });
  const kinds = (change: ReturnType<typeof note>) => (change.events ?? []).map((e) => e.kind);

  it("opens once, stays open and closes once, with since when and how many repairs", () => {
    const opened = note(memory(), { drift: [stopped] });
    assert.deepEqual(kinds(opened), ["drift-opened"]);
    assert.deepEqual(kinds(note(opened.memory, { drift: [stopped] }, NOW_MS + 5_000)), []);
    const repaired = { ...opened.memory, repairs: { api: { count: 3, lastMs: NOW_MS, notBeforeMs: 0 } } };
    const closed = note(repaired, {}, NOW_MS + 9_000);
    assert.deepEqual(kinds(closed), ["drift-closed"]);
    const data = closed.events?.[0]?.data;
    assert.deepEqual([data?.["since"], data?.["repairs"], data?.["lastedMs"]], [at(NOW_MS), 3, 9_000]);
  });

  it("that stays open shows the repairs made meanwhile", () => {
    const repairs = { api: { count: 2, lastMs: NOW_MS, notBeforeMs: 0 } };
    const open = { ...stopped, since: at(NOW_MS - 1_000), repairs: 0 };
    const change = note(memory({ drift: [open], repairs }), { drift: [stopped] });
    assert.deepEqual([kinds(change), change.memory.drift], [[], [{ ...open, repairs: 2 }]]);
  });

  it("is one for each kind, component and container", () => {
    const others = [
      { ...stopped, kind: "renamed" },
      { ...stopped, component: "db" },
      { ...stopped, containerName: "x" },
    ] as const;
    const context = { now: at(NOW_MS), repairs: () => 0 };
    const { open } = compareDrift([], [stopped], context);
    assert.equal(compareDrift(open, [stopped, ...others], context).opened.length, 3);
  });

  it("writes nothing when nothing changed", () => {
    const before = memory();
    assert.equal(note(before, {}).memory, before);
  });

  it("says in one line what differs", () => {
    assert.equal(describeDrift(stopped), "web-api: not-running (state: want running, have exited (exit code 137))");
    assert.equal(describeDrift({ kind: "missing", component: "api", differences: [] }), "api: missing");
  });

  it("that something else keeps undoing is reported once", () => {
    const repairs = { api: { count: 5, lastMs: NOW_MS, notBeforeMs: 0 } };
    const fight = { drift: [stopped], blocked: [{ component: "api", reason: "fight", message: "war" }] } as const;
    const first = note(memory({ repairs }), fight);
    assert.deepEqual(kinds(first), ["drift-opened", "drift-fight"]);
    assert.deepEqual(kinds(note(first.memory, fight)), []);
  });

  it("is forgiven after ten quiet minutes", () => {
    const repairs = { api: { count: 4, lastMs: NOW_MS, notBeforeMs: 0 } };
    assert.deepEqual(note(memory({ repairs }), {}, NOW_MS + 599_999).memory.repairs, repairs);
    assert.deepEqual(note(memory({ repairs }), {}, NOW_MS + 600_000).memory.repairs, {});
    assert.deepEqual(note(memory({ repairs }), { drift: [stopped] }, NOW_MS + 600_000).memory.repairs, repairs);
  });
});

describe("a generation", () => {
  const end = (own: Partial<Plan>, before = memory(), doc: Parameters<typeof row>[0] = document) =>
    markApplied(row(doc, before), { ...empty, ...own }, makeEvent);
  const kinds = (change: ReturnType<typeof markApplied>) => (change.events ?? []).map((e) => e.kind);

  it("is applied once, with the event of the command that wrote it", () => {
    const spec = service({ active: false });
    const cases = [
      [document, "deploy-succeeded"],
      [desired({ command: "start" }), "service-started"],
      [desired({ spec, command: "stop" }), "service-stopped"],
      [tombstone(), "service-removed"],
    ] as const;
    for (const [doc, kind] of cases) {
      const change = end({}, memory(), doc);
      assert.deepEqual([kinds(change), change.memory.appliedGeneration], [[kind], doc.generation]);
      assert.deepEqual(kinds(end({}, change.memory, doc)), []);
    }
  });

  it("is settled but not applied while it failed, and neither while it waits for a name", () => {
    const reason = (r: "failed" | "name-taken") =>
      end({ asDesired: false, blocked: [{ component: "api", reason: r, message: "" }] }).memory;
    assert.deepEqual([reason("failed").settledGeneration, reason("failed").appliedGeneration], [2, 0]);
    assert.equal(reason("name-taken").settledGeneration, 0);
  });

  it("is not applied by a drift policy that keeps quiet", () => {
    assert.equal(end({ asDesired: false }).memory.appliedGeneration, 0);
  });

  it("that is applied leaves nothing of failures and of components that are gone", () => {
    const failure = { generation: 2 } as Failure;
    const before = memory({ serving: { api, gone: api }, failed: { api: 2 }, failure });
    const { memory: after } = end({}, before);
    assert.deepEqual([after.serving, after.failed, after.failure], [{ api }, {}, undefined]);
  });

  it("that stops the service remembers what a start must bring up", () => {
    const stopped = end({}, memory(), desired({ spec: service({ active: false }) }));
    assert.deepEqual(stopped.memory.stopped, ["api"]);
  });
});

describe("the word for a service", () => {
  const word = (own: Partial<Plan>, before = settled(document), doc: Parameters<typeof serviceState>[0] = document) =>
    serviceState(doc, before, { ...empty, ...own });
  const blocked = (reason: "failed" | "fight" | "name-taken" | "backoff") => ({
    asDesired: false,
    blocked: [{ component: "api", reason, message: "" }],
  });

  it("follows from its plan", () => {
    assert.equal(word({}), "converged");
    assert.equal(word({}, settled(document), desired({ spec: service({ active: false }) })), "stopped");
    assert.equal(word({}, settled(document), tombstone()), "removed");
    assert.equal(word(plan(planInput(document))), "progressing");
    assert.equal(word(blocked("name-taken")), "blocked");
    assert.equal(word(blocked("backoff")), "blocked");
    assert.equal(word(blocked("failed")), "degraded");
    assert.equal(word(blocked("fight")), "degraded");
    assert.equal(word({ drift: [{ kind: "missing", differences: [] }] }), "degraded");
  });

  it("is progressing until a generation is carried out, and degraded when that has ended without success", () => {
    assert.equal(word({}, memory()), "progressing");
    assert.equal(word({}, memory({ settledGeneration: 2 })), "degraded");
  });
});
