/** What a node says of a service. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createReconcileState, type ReconcileState } from "../../../src/agent/reconcile/reconcile-state.ts";
import { makeReport } from "../../../src/agent/reporting/report.ts";
import {
  component,
  container,
  desired,
  memory,
  NODE,
  NOW_MS,
  row,
  service,
  settled,
  tombstone,
} from "../../helpers/builders.ts";

const facts = { node: NODE, boot: "b", report: 1, at: new Date(NOW_MS).toISOString() };
const document = desired();
const state = (own: Partial<ReconcileState> = {}): ReconcileState => ({
  ...createReconcileState("web"),
  isListed: true,
  plan: { drift: [], actions: [], blocked: [], asDesired: true },
  ...own,
});

describe("a report", () => {
  it("shows the current container of each component", () => {
    const report = makeReport(row(document, settled(document)), state({ containers: [container()] }), facts);
    const [api] = report.components;
    assert.equal(report.state, "converged");
    assert.deepEqual([api?.state, api?.containerId, api?.generation], ["running", "id-api-first", 1]);
    assert.equal(api?.startedAt, new Date(NOW_MS - 60_000).toISOString());
    assert.equal(api?.exitCode, undefined);
  });

  it("tells the exit code of one that does not run", () => {
    const ended = container(component(), { state: "exited", exitCode: 3 });
    assert.equal(makeReport(row(document), state({ containers: [ended] }), facts).components[0]?.exitCode, 3);
  });

  it("prefers what serves to what is coming up", () => {
    const next = container(component({ image: "x.net/y:2" }), { id: "next", attempt: "two", name: "web-api.two" });
    const known = row(document, memory({ attempts: { api: "two" } }));
    const both = makeReport(known, state({ containers: [next, container()] }), facts);
    assert.equal(both.components[0]?.containerId, "id-api-first");
  });

  it("says missing for what was looked for, and unknown for what was not", () => {
    assert.equal(makeReport(row(document), state(), facts).components[0]?.state, "missing");
    assert.equal(makeReport(row(document), state({ isListed: false }), facts).components[0]?.state, "unknown");
  });

  it("is blocked by podman while passes cannot be made", () => {
    const passError = { message: "no answer", code: "E_RUNTIME_TIMEOUT", hint: "wait" };
    const report = makeReport(row(document, settled(document)), state({ passError }), facts);
    assert.deepEqual([report.state, report.blocked], ["blocked", [{ reason: "runtime", ...passError }]]);
  });

  it("does not blame a newly accepted state for what blocked the one before", () => {
    const retired = row(tombstone(), settled(document));
    const blocked = [{ component: "api", reason: "name-taken", message: "web-api is not ours" }] as const;
    const plan = { drift: [], actions: [], blocked, asDesired: false };
    const outdated = makeReport(retired, state({ plan, plannedFor: row(document).ref.hash }), facts);
    assert.deepEqual([outdated.state, outdated.blocked], ["progressing", []]);
    const current = makeReport(row(document), state({ plan, plannedFor: row(document).ref.hash }), facts);
    assert.deepEqual([current.state, current.blocked], ["blocked", blocked]);
  });

  it("has steps of the accepted generation only", () => {
    const step = (generation: number) => ({ generation, component: "api", step: "up", at: facts.at }) as const;
    const report = makeReport(row(desired({ generation: 2 })), state({ steps: [step(1), step(2)] }), facts);
    assert.deepEqual(
      report.steps.map((s) => s.generation),
      [2],
    );
  });

  it("of a retired service names no components, and of a stopped one says so", () => {
    assert.deepEqual(makeReport(row(tombstone()), state(), facts).components, []);
    const stopped = desired({ spec: service({ active: false }) });
    assert.equal(makeReport(row(stopped, settled(stopped)), state(), facts).state, "stopped");
  });

  it("carries what the bus holds and is not accepted", () => {
    const told = makeReport(row(document, memory({ regressed: "older", rejectedAs: "regressed" })), state(), facts);
    assert.deepEqual([told.regressed, told.rejection], ["older", { kind: "regressed", reason: "older" }]);
    const unreadable = makeReport(row(document, memory({ regressed: "junk", rejectedAs: "refused" })), state(), facts);
    assert.deepEqual([unreadable.regressed, unreadable.rejection?.kind], ["junk", "refused"]);
  });

  it("carries the rejection that an agent of 0.1 stored", () => {
    const { rejection } = makeReport(row(document, memory({ regressed: "unsigned", refused: "w1" })), state(), facts);
    assert.deepEqual(rejection, { kind: "refused", reason: "unsigned", writeId: "w1" });
  });
});
